import { parseDuration } from './clock/parse-duration.js';
import type { DeliveryEngine } from './delivery/delivery-engine.js';
import { repeatDelivery } from './delivery/enqueue.js';
import type { EmulatorControls } from './emulator.js';
import { EmulatorError } from './emulator-error.js';
import { emitEvent } from './events/emit-event.js';
import type { FaultBox } from './faults/fault-box.js';
import type { Delivery } from './model/delivery.js';
import type { Service } from './service.js';
import { subscribe } from './subscriptions/subscribe.js';

/** Deliveries returned at once. */
const maximumPage = 10_000;

/** What the controls act on. */
export interface ControlParts {
  readonly service: Service;
  readonly engine: DeliveryEngine;
  readonly faultBox: FaultBox;
  /** Told of listeners that throw. */
  readonly warn: (message: string) => void;
}

/** Puts together what can be asked of an emulator. */
export function createControls({ service, engine, faultBox, warn }: ControlParts): EmulatorControls {
  const { state, clock, changes, behaviour, keys } = service;
  const readClock = () => ({ now: clock.now(), mode: clock.mode });
  return {
    publicKey: keys.publicKey,
    behaviour,
    applications: () => state.applications.list(),
    subscriptions: () => state.subscriptions.list(),
    subscribe: (wanted) => subscribe(service, engine, wanted),
    emit: (event) => emitEvent(service, event),
    deliveries: ({ before, limit = 100 } = {}) =>
      state.deliveries.page({ ...(before !== undefined && { before }), limit: Math.min(limit, maximumPage) }),
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
    replay: (id) => replay(service, id),
    advance: async (by) => {
      await engine.advance(parseDuration(by));
      return readClock();
    },
    clock: readClock,
    settled: () => engine.settled(),
    faults: () => faultBox.read(),
    setFaults: (change) => faultBox.change(change),
    reset: async () => {
      await engine.clear(() => {
        state.clear();
        faultBox.clear();
      });
      changes.emit('reset');
    },
  };
}

function replay(service: Service, id: number): Delivery {
  const found = service.state.deliveries.find(id);
  if (found !== undefined && found.kind !== 'verification') return repeatDelivery(service, found);
  throw new EmulatorError(
    'delivery-unknown',
    found === undefined
      ? `There is no delivery ${id}. It may have been forgotten: only the newest are kept.`
      : `Delivery ${id} is a verification, which cannot be replayed. Ask for another verification instead.`,
    { field: 'id' },
  );
}
