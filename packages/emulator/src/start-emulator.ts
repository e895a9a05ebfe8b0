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
import { adoptApplications } from './state/adopt-applications.js';
import { openState, type State } from './state/open-state.js';
import { readSigningKey } from './state/read-signing-key.js';
import { warnOfReaders } from './state/warn-of-readers.js';

/**
 * Starts a Fatture in Cloud of your own: its Subscriptions API, its deliveries and an inspector page.
 *
 * @throws EmulatorError `option-invalid`, `faults-invalid`, `port-in-use`, `state-in-use`, `state-unreadable`,
 * `state-newer`.
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
  const { warn, behaviour, sinkRules, keep, host, allowedHosts, applications } = options;
  if (options.state !== undefined) warnOfReaders(options.state, warn);
  adoptApplications(state, applications);
  const changes = new Changes();
  const faults = new FaultBox(changes, () => state.deliveries.lastId());
  if (options.faults !== undefined) faults.change(options.faults);
  const service: Service = {
    state,
    clock: new Clock(options.clock, state.settings),
    behaviour,
    changes,
    keys: readSigningKey(state.settings),
    forgersKeys: createTestKeyPair(),
    sinkRules,
    faults,
    wake: (sink) => engine.wake(sink),
  };
  const engine = new DeliveryEngine(service, { keep, warn });
  const controls = createControls({ service, engine, applications, warn });
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
  let closing: Promise<void> | undefined;
  return {
    ...controls,
    url,
    inspectorUrl: `${url}/_emulator/`,
    close: () => {
      closing ??= stop().then(() => state.close());
      return closing;
    },
  };
}
