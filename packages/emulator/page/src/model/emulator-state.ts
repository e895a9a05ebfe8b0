import { computed, signal } from '@preact/signals';
import type { StateView, SubscriptionChangesView, SubscriptionView } from '../../../src/control/views.js';
import type { FaultName, FaultSettings } from '../../../src/model/fault-settings.js';
import { fetchState } from '../api/actions.js';
import { showClock } from './clock.js';

type FixedState = Omit<StateView, 'clock' | 'subscriptions' | 'faults'>;

/** What does not change while the emulator runs. Undefined until it was read. */
export const fixedState = signal<FixedState | undefined>(undefined);

/** The oldest first. */
export const subscriptions = signal<readonly SubscriptionView[]>([]);

export const faults = signal<FaultSettings | undefined>(undefined);

/** The faults that may happen to any delivery or call now. */
export const activeFaults = computed(() =>
  Object.entries(faults.value?.probabilities ?? {})
    .filter(([, probability]) => probability > 0)
    .map(([name]) => name as FaultName),
);

/** Reads everything but the deliveries. */
export async function loadState(): Promise<void> {
  const { clock, subscriptions: found, faults: settings, ...fixed } = await fetchState();
  showClock(clock);
  subscriptions.value = found;
  faults.value = settings;
  fixedState.value = fixed;
}

/** Takes over what the stream tells about subscriptions. */
export function applySubscriptionChanges({ changed, deleted }: SubscriptionChangesView): void {
  const byId = new Map(subscriptions.value.map((subscription) => [subscription.id, subscription]));
  for (const subscription of changed) byId.set(subscription.id, subscription);
  for (const { id } of deleted) byId.delete(id);
  subscriptions.value = [...byId.values()];
}
