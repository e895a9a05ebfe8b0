import { fixedState, subscriptions } from '../model/emulator-state.js';
import { GettingStarted } from './getting-started.js';
import { SubscribeForm } from './subscribe-form.js';
import { SubscriptionList } from './subscription-list.js';

/** Who gets what. */
export function SubscriptionsView() {
  const isEmpty = fixedState.value !== undefined && subscriptions.value.length === 0;
  return (
    <div class="subscriptions-view">
      <section class="pane" aria-labelledby="subscriptions-title">
        <div class="pane-head">
          <h2 id="subscriptions-title">Subscriptions</h2>
        </div>
        {isEmpty ? <GettingStarted /> : <SubscriptionList />}
      </section>
      <section class="pane subscribe-pane" aria-labelledby="subscribe-title">
        <div class="pane-head">
          <h2 id="subscribe-title">Subscribe a sink</h2>
        </div>
        <SubscribeForm />
      </section>
    </div>
  );
}
