import { subscriptions } from '../model/emulator-state.js';
import { SubscriptionCard } from './subscription-card.js';

/** Every subscription, the oldest first. */
export function SubscriptionList() {
  return (
    <ul class="subscription-list">
      {subscriptions.value.map((subscription) => (
        <li key={subscription.id}>
          <SubscriptionCard subscription={subscription} />
        </li>
      ))}
    </ul>
  );
}
