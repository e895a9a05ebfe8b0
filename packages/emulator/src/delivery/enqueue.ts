import { randomBytes, randomUUID } from 'node:crypto';
import { eventTypePrefix } from '@fic-webhooks/core/catalogue';
import type { Delivery } from '../model/delivery.js';
import type { FaultName } from '../model/fault-settings.js';
import type { Mapping, Subscription, VerificationMethod } from '../model/subscription.js';
import type { Service } from '../service.js';
import { formatEventTime } from './format-event-time.js';
import { verificationInterval } from './verification-limits.js';

/** An event on its way to one subscription. */
export interface QueuedEvent {
  /** The full type. */
  readonly type: string;
  readonly ids: readonly (number | string)[];
  /** Default the mapping of the subscription. */
  readonly mapping?: Mapping | undefined;
  /** Faults that shall happen to the first attempt, whatever the dice say. */
  readonly faults?: readonly FaultName[] | undefined;
}

/** Queues a verification request that was asked for. It counts as one of the five from now on. */
export function enqueueVerification(
  service: Service,
  subscription: Subscription,
  method: VerificationMethod,
): Delivery {
  const now = service.clock.now();
  const counted: Subscription = {
    ...subscription,
    verificationAttempts: subscription.verificationAttempts + 1,
    lastVerificationAt: now,
    verificationMethod: method,
  };
  service.state.subscriptions.update(counted);
  service.changes.emit('subscription', counted);
  return insertVerification(service, subscription, now);
}

/** Queues the verification request that comes by itself, ten minutes from now. It counts once it is sent. */
export function scheduleVerification(service: Service, subscription: Subscription): Delivery {
  return insertVerification(service, subscription, service.clock.now() + verificationInterval);
}

function insertVerification(service: Service, subscription: Subscription, dueAt: number): Delivery {
  return insert(service, subscription, {
    kind: 'verification',
    eventId: randomBytes(32).toString('hex'),
    type: '',
    ids: [],
    time: '',
    dueAt,
  });
}

/** Queues the welcome event of a subscription that has just been verified. */
export function enqueueWelcome(service: Service, subscription: Subscription): Delivery {
  return insert(service, subscription, {
    kind: 'welcome',
    eventId: makeEventId(subscription),
    type: `${eventTypePrefix}subscriptions.welcome`,
    ids: [],
    time: formatEventTime(Date.now(), service.behaviour.timeOffset),
    dueAt: service.clock.now() + service.behaviour.welcomeDelay,
  });
}

/**
 * Queues an event for one subscription, and once more if the fault `duplicate` strikes. To be called within
 * `writeTogether`: the dice can be thrown only once the delivery has an id.
 */
export function enqueueEvent(service: Service, subscription: Subscription, event: QueuedEvent): Delivery[] {
  const delivery = insert(service, subscription, {
    kind: 'event',
    eventId: makeEventId(subscription),
    type: event.type,
    ids: event.ids,
    time: formatEventTime(Date.now(), service.behaviour.timeOffset),
    dueAt: service.clock.now(),
    mapping: event.mapping,
    faults: event.faults,
  });
  const strikes = (fault: FaultName) =>
    event.faults?.includes(fault) || service.faults.strikesDelivery(fault, delivery.id);
  const copies = strikes('duplicate') ? [repeatDelivery(service, delivery)] : [];
  if (strikes('delay')) return [holdBack(service, delivery, 'delay'), ...copies];
  if (strikes('reorder')) return [holdBack(service, delivery, 'reorder'), ...copies];
  return [delivery, ...copies];
}

function holdBack(service: Service, delivery: Delivery, fault: 'delay' | 'reorder'): Delivery {
  const isHeld = fault === 'reorder';
  const late: Delivery = {
    ...delivery,
    dueAt: service.clock.now() + service.faults.read().delayBy,
    reason: isHeld
      ? 'Held back by the fault reorder, until the next one to its sink was sent.'
      : 'Held back by the fault delay.',
  };
  service.state.deliveries.progress(late, { isHeld });
  service.changes.emit('delivery', late);
  return late;
}

/** Queues a delivery again: the same event under the same id, with attempts of its own. */
export function repeatDelivery(service: Service, delivery: Delivery): Delivery {
  const { id, ...rest } = delivery;
  return announce(service, {
    ...rest,
    state: 'pending',
    createdAt: service.clock.now(),
    dueAt: service.clock.now(),
    endedAt: null,
    attempts: 0,
    lastStatus: null,
    reason: null,
    repeats: id,
    faults: [],
  });
}

type Particulars = Pick<Delivery, 'kind' | 'eventId' | 'type' | 'ids' | 'time' | 'dueAt'> & {
  readonly mapping?: Mapping | undefined;
  readonly faults?: readonly FaultName[] | undefined;
};

function insert(service: Service, subscription: Subscription, particulars: Particulars): Delivery {
  return announce(service, {
    state: 'pending',
    subscriptionId: subscription.id,
    companyId: subscription.companyId,
    applicationId: subscription.applicationId,
    sink: subscription.sink,
    createdAt: service.clock.now(),
    endedAt: null,
    attempts: 0,
    lastStatus: null,
    reason: null,
    repeats: null,
    ...particulars,
    mapping: particulars.mapping ?? subscription.mapping,
    faults: particulars.faults ?? [],
  });
}

function announce(service: Service, delivery: Omit<Delivery, 'id'>): Delivery {
  const queued = service.state.deliveries.insert(delivery);
  service.changes.emit('delivery', queued);
  service.wake(queued.sink);
  return queued;
}

/** As the service has it: the number of the subscription, and a random part. */
function makeEventId(subscription: Subscription): string {
  return `${subscription.id.slice(3)}:${randomUUID()}`;
}
