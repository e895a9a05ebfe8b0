import type { AttemptView } from '../../../src/control/views.js';
import type { Verdict } from '../../../src/model/attempt.js';
import { faultTexts } from '../text/fault-texts.js';
import { formatDuration } from '../text/format-duration.js';
import { formatInstant } from '../text/format-time.js';
import { toCurl } from '../text/to-curl.js';
import { CopyButton } from './copy-button.js';
import { Icon, type IconName } from './icon.js';
import { MessageView } from './message-view.js';
import { TokenTable } from './token-table.js';

const verdicts: Readonly<Record<Verdict, { text: string; icon: IconName; tone: string }>> = {
  delivered: { text: 'Delivered', icon: 'check', tone: 'delivered' },
  retry: { text: 'To be retried', icon: 'repeat', tone: 'retrying' },
  dropped: { text: 'Dropped', icon: 'cross', tone: 'dropped' },
  deleted: { text: 'Dropped, subscription deleted', icon: 'trash', tone: 'dropped' },
};

/** One attempt: request, answer, verdict and token. Only the last one is open at first. */
export function AttemptSection({ attempt, isLast }: { attempt: AttemptView; isLast: boolean }) {
  const { number, at, duration, request, response, failure, faults, token } = attempt;
  const verdict = verdicts[attempt.verdict];
  return (
    <details class="attempt" open={isLast}>
      <summary>
        <h3>Attempt {number}</h3>
        <span class="badge" data-tone={verdict.tone}>
          <Icon name={verdict.icon} />
          {verdict.text}
        </span>
        <span class="attempt-result">
          {response === null ? (failure?.code ?? 'no answer') : `status ${response.status}`}
          {' · '}
          {formatDuration(duration)}
        </span>
      </summary>
      <div class="attempt-body">
        <p class="verdict">{attempt.why}</p>
        <p class="muted">
          {formatInstant(at)}
          {faults.map((name) => (
            <span key={name} class="chip fault-chip">
              <Icon name="bolt" />
              {faultTexts[name].label}
            </span>
          ))}
        </p>
        <div class="exchange">
          <MessageView title="Request" line={`${request.method} ${request.url}`} message={request} />
          {response === null ? (
            <section class="message">
              <h4>Answer</h4>
              <p class="message-line">none</p>
              {failure && <p class="failure">{failure.message}</p>}
            </section>
          ) : (
            <MessageView title="Answer" line={`status ${response.status}`} message={response} />
          )}
        </div>
        {token && <TokenTable token={token} />}
        <p class="actions">
          <CopyButton label={`Copy attempt ${number} as curl`} read={() => toCurl(request)} />
        </p>
      </div>
    </details>
  );
}
