import { createTestKeyPair } from '@fic-webhooks/testing';
import { Changes } from './changes.js';
import { Clock } from './clock/clock.js';
import { createControls } from './create-controls.js';
import { DeliveryEngine } from './delivery/delivery-engine.js';
import type { Emulator } from './emulator.js';
import { FaultBox } from './faults/fault-box.js';
import type { EmulatorOptions } from './options/emulator-options.js';
import { type ResolvedOptions, resolveOptions } from './options/resolve-options.js';
import { createServer } from './server/create-server.js';
import { listen } from './server/listen.js';
import type { Service } from './service.js';
import { openState, type State } from './state/open-state.js';
import { readSigningKey } from './state/read-signing-key.js';

/**
 * Starts a Fatture in Cloud of your own: its Subscriptions API, its deliveries and an inspector page.
 *
 * @throws EmulatorError `option-invalid`, `port-in-use`, `state-in-use`, `state-unreadable`, `state-newer`.
 *
 * @example
 * ```ts
 * const fic = await startEmulator({ port: 0, clock: 'manual' });
 * await fic.subscribe({ sink: 'http://localhost:3000/webhooks/fic', types: ['entities.clients.create'] });
 * fic.emit({ companyId: 108061, type: 'entities.clients.create', ids: [1] });
 * await fic.settled();
 * await fic.close();
 * ```
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const resolved = resolveOptions(options);
  const state = openState(resolved.state);
  try {
    return await startOn(state, resolved);
  } catch (error) {
    state.close();
    throw error;
  }
}

async function startOn(state: State, options: ResolvedOptions): Promise<Emulator> {
  const { warn, behaviour, sinkRules, keepDeliveries } = options;
  const changes = new Changes();
  const faultBox = new FaultBox(state.settings, changes);
  if (options.faults !== undefined) faultBox.change(options.faults);
  for (const application of options.applications) state.applications.put(application);
  const service: Service = {
    state,
    clock: new Clock(options.clock, state.settings),
    behaviour,
    changes,
    keys: readSigningKey(state.settings),
    forgersKeys: createTestKeyPair(),
    sinkRules,
    readFaults: () => faultBox.read(),
    wake: (sink) => engine.wake(sink),
  };
  const engine = new DeliveryEngine(service, {
    keepDeliveries,
    onWriteFailed: (error) =>
      warn(`The emulator could not write its state and tries again: ${String(error)}`),
  });
  const controls = createControls({ service, engine, faultBox, warn });
  const { host, allowedHosts } = options;
  const server = await createServer({ service, emulator: controls, host, allowedHosts });
  const stop = async () => {
    await server.close();
    await engine.close();
  };
  const url = await listen(server, options).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  engine.start();
  return {
    ...controls,
    url,
    inspectorUrl: `${url}/_emulator/`,
    close: async () => {
      await stop();
      state.close();
    },
  };
}
