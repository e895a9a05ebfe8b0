import type { EmitResult } from '../../../src/model/emitted-event.js';
import { linkToDelivery } from '../model/route.js';
import { Icon } from './icon.js';

/** Tells what became of an event: what is sent, and who does not get it and why. */
export function TriggerResult({ result }: { result: EmitResult | undefined }) {
  return (
    <div class="trigger-result" role="status">
      {result !== undefined && (
        <>
          {result.deliveries.length === 0 ? (
            <p>
              <strong>Nothing was sent.</strong>
            </p>
          ) : (
            <ul>
              {result.deliveries.map(({ id, subscriptionId }) => (
                <li key={id}>
                  <Icon name="check" />
                  <span>
                    Sent to {subscriptionId} as <a href={linkToDelivery(id)}>delivery {id}</a>
                  </span>
                </li>
              ))}
            </ul>
          )}
          {result.notSent.length > 0 && (
            <ul class="not-sent">
              {result.notSent.map(({ subscriptionId, why }) => (
                <li key={subscriptionId}>
                  <Icon name="ban" />
                  <span>
                    {subscriptionId !== null && `Not to ${subscriptionId}. `}
                    {why}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  );
}
