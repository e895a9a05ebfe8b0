import { parseDuration } from './clock/parse-duration.js';
import type { DeliveryEngine } from './delivery/delivery-engine.js';
import { readPage } from './delivery/read-page.js';
import { replayDelivery } from './delivery/replay-delivery.js';
import type { EmulatorControls } from './emulator.js';
import { emitEvent } from './events/emit-event.js';
import type { Application } from './model/application.js';
import type { Delivery } from './model/delivery.js';
import type { Service } from './service.js';
import { writeTogether } from './state/write-together.js';
import { subscribe } from './subscriptions/subscribe.js';
import { verifySubscription } from './subscriptions/verify-subscription.js';

/** What the controls act on. */
export interface ControlParts {
  readonly service: Service;
  readonly engine: DeliveryEngine;
  /** Those that a reset leaves. */
  readonly applications: readonly Application[];
  /** Told of listeners that throw. */
  readonly warn: (message: string) => void;
}

/** Puts together what can be asked of an emulator. */
export function createControls({ service, engine, applications, warn }: ControlParts): EmulatorControls {
  const { state, clock, changes, behaviour, keys, faults } = service;
  const readClock = () => ({ now: clock.now(), mode: clock.mode });
  const whileOpen = <Result>(work: () => Result): Result => {
    engine.throwIfClosed();
    return work();
  };
  return {
    publicKey: keys.publicKey,
    behaviour,
    applications: () => state.applications.list(),
    subscriptions: () => state.subscriptions.list(),
    subscribe: async (wanted) => whileOpen(() => subscribe(service, engine, wanted)),
    verify: (id, options) => whileOpen(() => verifySubscription(service, id, options)),
    emit: (event) => whileOpen(() => emitEvent(service, event)),
    deliveries: (page = {}) => state.deliveries.page(readPage(page)),
    delivery: (id) => {
      const found = state.deliveries.find(id);
      return found && { ...found, history: state.attempts.list(id) };
    },
    onDelivery: (listener) => {
      const guarded = (delivery: Delivery) => {
        try {
          listener(delivery);
        } catch (error) {
          // What is told was written already. The engine must not take it for a failure of its own.
          warn(`A listener of the emulator failed: ${String(error)}`);
        }
      };
      changes.on('delivery', guarded);
      return () => changes.off('delivery', guarded);
    },
    replay: (id) => whileOpen(() => replayDelivery(service, id)),
    advance: async (by) => {
      await engine.advance(parseDuration(by));
      return readClock();
    },
    clock: readClock,
    settled: () => engine.settled(),
    faults: () => faults.read(),
    setFaults: (change) => whileOpen(() => faults.change(change)),
    reset: () =>
      engine.clear(() =>
        writeTogether(service, () => {
          state.clear();
          state.applications.retain(applications);
          faults.clear();
          changes.emit('reset');
        }),
      ),
  };
}
