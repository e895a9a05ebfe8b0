import { useComputed, useSignal } from '@preact/signals';
import type { Ref } from 'preact';
import { useEffect } from 'preact/hooks';
import type { DeliveryView } from '../../../src/control/views.js';
import { fetchDelivery, replayDelivery } from '../api/actions.js';
import { describeError } from '../api/control-error.js';
import { loadCount } from '../model/connection.js';
import { deliveries, findDelivery } from '../model/deliveries.js';
import { goTo, linkToDelivery } from '../model/route.js';
import { useAction } from '../model/use-action.js';
import { shortenType } from '../text/shorten-type.js';
import { toCurl } from '../text/to-curl.js';
import { AttemptSection } from './attempt-view.js';
import { CopyButton } from './copy-button.js';
import { DeliveryFacts } from './delivery-facts.js';
import { ErrorText } from './error-text.js';
import { Icon } from './icon.js';
import { StateBadge } from './state-badge.js';

/** What {@link DeliveryDetails} needs. */
export interface DeliveryDetailsProps {
  readonly id: number;
  readonly titleRef: Ref<HTMLHeadingElement>;
  /** True: it stands in the place of the list. */
  readonly isAlone: boolean;
  onClose(): void;
}

/** One delivery, with everything that was sent and came back. */
export function DeliveryDetails({ id, titleRef, isAlone, onClose }: DeliveryDetailsProps) {
  const record = useSignal<DeliveryView | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const replay = useAction();
  // Changes whenever the delivery has gone on, or everything was read anew.
  const version = useComputed(() => {
    const known = deliveries.value && findDelivery(id);
    return `${known?.state} ${known?.attempts} ${known?.dueAt} ${loadCount.value}`;
  }).value;

  // The version says when to read it again.
  useEffect(() => {
    let isWanted = true;
    fetchDelivery(id).then(
      (found) => {
        if (!isWanted) return;
        record.value = found;
        failure.value = undefined;
      },
      (error: unknown) => {
        if (!isWanted) return;
        record.value = undefined;
        failure.value = describeError(error);
      },
    );
    return () => {
      isWanted = false;
    };
  }, [id, version]);

  const found = record.value;
  const lastRequest = found?.history.at(-1)?.request;
  return (
    <article
      class="delivery-details"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div class="pane-head">
        <h2 ref={titleRef} tabIndex={-1}>
          <span class="delivery-number">#{id}</span> {found && shortenType(found)}
        </h2>
        {found && <StateBadge {...found} />}
        <div class="actions">
          {found !== undefined && found.kind !== 'verification' && (
            <button
              type="button"
              class="button"
              disabled={replay.isRunning}
              onClick={() => void replay.run(async () => goTo(linkToDelivery((await replayDelivery(id)).id)))}
            >
              <Icon name="repeat" />
              Replay
            </button>
          )}
          {lastRequest && <CopyButton label="Copy as curl" read={() => toCurl(lastRequest)} />}
          <button type="button" class="button" onClick={onClose}>
            <Icon name={isAlone ? 'back' : 'cross'} />
            {isAlone ? 'All deliveries' : 'Close'}
          </button>
        </div>
      </div>
      <div class="pane-scroll">
        <ErrorText message={replay.error ?? failure.value} />
        {found && (
          <>
            {found.reason !== null && found.reason !== found.history.at(-1)?.why && (
              <p class="reason">{found.reason}</p>
            )}
            <DeliveryFacts delivery={found} />
            {found.history.length === 0 && <p class="placeholder">No attempt was made yet.</p>}
            {found.history.map((attempt) => (
              <AttemptSection
                key={attempt.number}
                attempt={attempt}
                isLast={attempt.number === found.history.length}
              />
            ))}
          </>
        )}
      </div>
    </article>
  );
}
