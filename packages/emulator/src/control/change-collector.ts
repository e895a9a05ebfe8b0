import type { Changes } from '../changes.js';
import type { Delivery } from '../model/delivery.js';
import type { Subscription } from '../model/subscription.js';
import { summariseDelivery } from './summarise-delivery.js';
import type { DeliverySummary } from './views.js';

/** Of each kind at most so many are kept until they are told; of the rest only that there were more. */
const maximum = 500;

/** What has changed since it was last told. */
export interface CollectedChanges {
  readonly wasReset: boolean;
  readonly clock: boolean;
  readonly faults: boolean;
  /** Each in its last state. */
  readonly deliveries: ReadonlyMap<number, DeliverySummary>;
  readonly moreDeliveries: boolean;
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  /** Why, by id. */
  readonly deleted: ReadonlyMap<string, string>;
  readonly moreSubscriptions: boolean;
}

/** Gathers changes, so that a thousand a second become a few messages. Holds a bounded number of them. */
export class ChangeCollector {
  readonly #changes: Changes;
  /** Called for every change. */
  readonly #onChange: () => void;
  #collected = nothing();

  constructor(changes: Changes, onChange: () => void) {
    this.#changes = changes;
    this.#onChange = onChange;
  }

  /** Begins to listen. Until then nothing is done at all. */
  start(): void {
    this.#changes.on('delivery', this.#onDelivery);
    this.#changes.on('subscription', this.#onSubscription);
    this.#changes.on('subscriptionDeleted', this.#onDeleted);
    this.#changes.on('clock', this.#onClock);
    this.#changes.on('faults', this.#onFaults);
    this.#changes.on('reset', this.#onReset);
  }

  /** Ends listening, and forgets what was gathered. */
  stop(): void {
    this.#changes.off('delivery', this.#onDelivery);
    this.#changes.off('subscription', this.#onSubscription);
    this.#changes.off('subscriptionDeleted', this.#onDeleted);
    this.#changes.off('clock', this.#onClock);
    this.#changes.off('faults', this.#onFaults);
    this.#changes.off('reset', this.#onReset);
    this.take();
  }

  /** What was gathered since the last call. */
  take(): CollectedChanges {
    const taken = this.#collected;
    this.#collected = nothing();
    return taken;
  }

  readonly #onDelivery = (delivery: Delivery): void => {
    const collected = this.#collected;
    const { deliveries } = collected;
    if (deliveries.has(delivery.id) || deliveries.size < maximum) {
      deliveries.set(delivery.id, summariseDelivery(delivery));
    } else {
      collected.moreDeliveries = true;
    }
    this.#onChange();
  };

  readonly #onSubscription = (subscription: Subscription): void => {
    const collected = this.#collected;
    const { subscriptions } = collected;
    if (subscriptions.has(subscription.id) || subscriptions.size < maximum) {
      subscriptions.set(subscription.id, subscription);
    } else {
      collected.moreSubscriptions = true;
    }
    this.#onChange();
  };

  readonly #onDeleted = (id: string, why: string): void => {
    const collected = this.#collected;
    collected.subscriptions.delete(id);
    if (collected.deleted.size < maximum) collected.deleted.set(id, why);
    else collected.moreSubscriptions = true;
    this.#onChange();
  };

  readonly #onClock = (): void => {
    this.#collected.clock = true;
    this.#onChange();
  };

  readonly #onFaults = (): void => {
    this.#collected.faults = true;
    this.#onChange();
  };

  /** What changed before is forgotten with the rest. */
  readonly #onReset = (): void => {
    this.take();
    this.#collected.wasReset = true;
    this.#onChange();
  };
}

function nothing() {
  return {
    wasReset: false,
    clock: false,
    faults: false,
    deliveries: new Map<number, DeliverySummary>(),
    moreDeliveries: false,
    subscriptions: new Map<string, Subscription>(),
    deleted: new Map<string, string>(),
    moreSubscriptions: false,
  };
}
