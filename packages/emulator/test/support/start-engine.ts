import { createTestKeyPair } from '@fic-webhooks/testing';
import { onTestFinished } from 'vitest';
import { Changes } from '../../src/changes.js';
import { Clock } from '../../src/clock/clock.js';
import { DeliveryEngine } from '../../src/delivery/delivery-engine.js';
import { enqueueVerification } from '../../src/delivery/enqueue.js';
import { emitEvent } from '../../src/events/emit-event.js';
import { FaultBox } from '../../src/faults/fault-box.js';
import type { Attempt } from '../../src/model/attempt.js';
import type { ClockMode } from '../../src/model/clock-state.js';
import type { Delivery } from '../../src/model/delivery.js';
import type { EmittedEvent } from '../../src/model/emitted-event.js';
import { type ServiceBehaviour, worstBehaviour } from '../../src/model/service-behaviour.js';
import type { Subscription, VerificationMethod } from '../../src/model/subscription.js';
import type { Service, SinkRules } from '../../src/service.js';
import { openState } from '../../src/state/open-state.js';
import { readSigningKey } from '../../src/state/read-signing-key.js';

/** What a test sets of an engine. */
export interface EngineSetup {
  /** Default `manual`. */
  clock?: ClockMode;
  behaviour?: Partial<ServiceBehaviour>;
  /** The path of the state file. Default in memory. */
  state?: string;
  /** Default loopback only, over HTTP or HTTPS. */
  sinkRules?: Partial<SinkRules>;
  /** Default 10,000. */
  keepDeliveries?: number;
  /** Default 128,000,000. */
  keepBytes?: number;
}

export const companyId = 108061;
export const applicationId = 1234;
export const clientsCreate = 'it.fattureincloud.webhooks.entities.clients.create';

/** The delivery engine with all it needs, and without a server. */
export interface TestEngine {
  readonly service: Service;
  readonly engine: DeliveryEngine;
  readonly faultBox: FaultBox;
  /** What the engine has warned of. */
  readonly warnings: string[];
  /** Puts a subscription into the state. By default it is verified and lists `entities.clients.create`. */
  subscribe(sink: string, particulars?: Partial<Subscription>): Subscription;
  subscription(id: string): Subscription | undefined;
  /** By default `entities.clients.create` for the company of the subscriptions. Returns the first delivery. */
  emit(event?: Partial<EmittedEvent>): Delivery;
  verify(subscription: Subscription, method?: VerificationMethod): Delivery;
  delivery(id: number): Delivery;
  attempts(id: number): Attempt[];
  /** All, the oldest first. */
  deliveries(): Delivery[];
  /** Stops the engine and closes the state. Done at the end of the test otherwise. */
  close(): Promise<void>;
}

/** Starts a delivery engine for the running test. */
export function startEngine(setup: EngineSetup = {}): TestEngine {
  const state = openState(setup.state);
  const changes = new Changes();
  const faultBox = new FaultBox(changes, () => state.deliveries.lastId());
  const warnings: string[] = [];
  const service: Service = {
    state,
    changes,
    clock: new Clock(setup.clock ?? 'manual', state.settings),
    behaviour: { ...worstBehaviour, ...setup.behaviour },
    keys: readSigningKey(state.settings),
    forgersKeys: createTestKeyPair(),
    sinkRules: { allowRemote: false, requireHttps: false, ...setup.sinkRules },
    faults: faultBox,
    wake: (sink) => engine.wake(sink),
  };
  const engine = new DeliveryEngine(service, {
    keep: { deliveries: setup.keepDeliveries ?? 10_000, bytes: setup.keepBytes ?? 128_000_000 },
    warn: (message) => warnings.push(message),
  });
  engine.start();
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= engine.close().then(() => state.close());
    return closing;
  };
  onTestFinished(close);
  return {
    service,
    engine,
    faultBox,
    warnings,
    subscribe: (sink, particulars) =>
      state.subscriptions.insert({
        companyId,
        applicationId,
        sink,
        types: [clientsCreate],
        mapping: 'binary',
        verified: true,
        verificationAttempts: 1,
        lastVerificationAt: null,
        verificationMethod: 'header',
        expiresAt: null,
        createdAt: service.clock.now(),
        ...particulars,
      }),
    subscription: (id) => state.subscriptions.find(id),
    emit: (event) => {
      const { deliveries, notSent } = emitEvent(service, {
        companyId,
        type: 'entities.clients.create',
        ...event,
      });
      const [first] = deliveries;
      if (first === undefined) throw new Error(`Nothing was sent: ${JSON.stringify(notSent)}`);
      return first;
    },
    verify: (subscription, method = 'header') => enqueueVerification(service, subscription, method),
    delivery: (id) => {
      const found = state.deliveries.find(id);
      if (found === undefined) throw new Error(`There is no delivery ${id}.`);
      return found;
    },
    attempts: (id) => state.attempts.list(id),
    deliveries: () => state.deliveries.page({ limit: 100_000 }).reverse(),
    close,
  };
}
