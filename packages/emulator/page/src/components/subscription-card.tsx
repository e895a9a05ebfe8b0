import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { SubscriptionView } from '../../../src/control/views.js';
import { deleteSubscription, verifySubscription } from '../api/actions.js';
import { textFilter } from '../model/delivery-filter.js';
import { useAction } from '../model/use-action.js';
import { ErrorText } from './error-text.js';
import { Fact } from './fact.js';
import { Icon } from './icon.js';
import { SubscriptionExpiry } from './subscription-expiry.js';
import { TypeChips } from './type-chips.js';
import { VerificationState } from './verification-state.js';

/** One subscription: what it gets, how it stands, and what can be done with it. */
export function SubscriptionCard({ subscription }: { subscription: SubscriptionView }) {
  const { id, companyId, applicationId, sink, types, mapping, verified } = subscription;
  const titleId = useId();
  const action = useAction();
  const answer = useSignal('');

  const verify = async () => {
    answer.value = '';
    const { why } = await verifySubscription(id, { method: subscription.verificationMethod });
    answer.value = why;
  };

  return (
    <article class="card" aria-labelledby={titleId}>
      <div class="card-head">
        <h3 id={titleId}>{id}</h3>
        <span class="badge" data-tone={verified ? 'delivered' : 'retrying'}>
          <Icon name={verified ? 'check' : 'warning'} />
          {verified ? 'Verified' : 'Not verified'}
        </span>
        <div class="actions">
          {/* biome-ignore lint/a11y/useValidAnchor: it leads to another view, which it filters. */}
          <a
            class="button"
            href="#deliveries"
            onClick={() => {
              textFilter.value = id;
            }}
          >
            Its deliveries
          </a>
          {!verified && (
            <button
              type="button"
              class="button"
              disabled={action.isRunning}
              onClick={() => void action.run(verify)}
            >
              <Icon name="repeat" />
              Verify
            </button>
          )}
          <button
            type="button"
            class="button danger"
            disabled={action.isRunning}
            onClick={() => void action.run(() => deleteSubscription(id))}
          >
            <Icon name="trash" />
            Delete
          </button>
        </div>
      </div>
      <p class="sink">{sink}</p>
      <VerificationState subscription={subscription} />
      <SubscriptionExpiry expiresAt={subscription.expiresAt} />
      <dl class="facts">
        <Fact name="Company">{companyId}</Fact>
        <Fact name="Application">{applicationId}</Fact>
        <Fact name="Mapping">{mapping}</Fact>
        <Fact name="Challenge in">{subscription.verificationMethod}</Fact>
      </dl>
      <TypeChips types={types} />
      <p class="answer" role="status">
        {answer.value}
      </p>
      <ErrorText message={action.error} />
    </article>
  );
}
