import { useEffect, useRef } from 'preact/hooks';
import { areDeliveriesLoaded, deliveries } from '../model/deliveries.js';
import { fixedState, subscriptions } from '../model/emulator-state.js';
import { goTo, route } from '../model/route.js';
import { DeliveryDetails } from './delivery-details.js';
import { DeliveryFilter } from './delivery-filter.js';
import { DeliveryList } from './delivery-list.js';
import { GettingStarted } from './getting-started.js';
import { TriggerForm } from './trigger-form.js';
import { focusDelivery } from './use-active-row.js';
import { useMediaQuery } from './use-media-query.js';

/** What was sent: the list, the one that is open, and the form that sends more. */
export function DeliveriesView() {
  const { deliveryId } = route.value;
  const title = useRef<HTMLHeadingElement>(null);
  const isFocusWanted = useRef(false);
  const isTriggerBeside = useMediaQuery('(min-width: 75rem)');
  const isOnePane = useMediaQuery('(max-width: 56rem)');
  const isEmpty = areDeliveriesLoaded.value && deliveries.value.length === 0;
  const needsHelp = isEmpty && fixedState.value !== undefined && subscriptions.value.length === 0;

  useEffect(() => {
    if (deliveryId === undefined) return;
    // Where the details take the place of the list, whoever opened them goes along. So does who pressed a button that
    // is gone now.
    const isFocusLost = document.activeElement === null || document.activeElement === document.body;
    if (isOnePane || isFocusLost || isFocusWanted.current) title.current?.focus();
    isFocusWanted.current = false;
  }, [isOnePane, deliveryId]);

  const close = () => {
    goTo('#deliveries');
    if (deliveryId !== undefined) setTimeout(() => focusDelivery(deliveryId));
  };

  return (
    <div class="deliveries-view" data-open={deliveryId !== undefined}>
      <section class="pane trigger-pane" aria-labelledby="trigger-title">
        <details open={isTriggerBeside} key={String(isTriggerBeside)}>
          <summary>
            <h2 id="trigger-title">Trigger an event</h2>
          </summary>
          <TriggerForm />
        </details>
      </section>
      <section class="pane list-pane" aria-labelledby="list-title">
        <div class="pane-head">
          <h2 id="list-title">Deliveries</h2>
          <DeliveryFilter />
        </div>
        {needsHelp ? (
          <div class="pane-scroll">
            <GettingStarted />
          </div>
        ) : (
          <DeliveryList
            onOpen={() => {
              isFocusWanted.current = true;
              // When it is open already, nothing will be drawn.
              title.current?.focus();
            }}
            onClose={close}
          />
        )}
      </section>
      {deliveryId !== undefined && (
        <section class="pane details-pane" aria-label="Delivery">
          <DeliveryDetails
            key={deliveryId}
            id={deliveryId}
            titleRef={title}
            isAlone={isOnePane}
            onClose={close}
          />
        </section>
      )}
    </div>
  );
}
