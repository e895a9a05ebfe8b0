import type { EmulatorOptions } from '@fic-webhooks/emulator';
import { readChoice, readInteger } from '../../input/read-value.js';
import type { EmulatorFlags } from './emulator-flags.js';
import { readApplication, type WantedApplication } from './read-application.js';
import { readBehaviour } from './read-behaviour.js';
import { readFaults } from './read-faults.js';
import { readSubscription, type WantedSubscription } from './read-subscription.js';

/** What a command line asks for. */
export interface Wanted extends WantedApplication {
  readonly options: EmulatorOptions;
  readonly subscription: WantedSubscription | undefined;
}

/**
 * Reads the whole command line, before anything is started.
 *
 * @throws UsageError, or EmulatorError `duration-invalid`.
 */
export async function readFlags(flags: EmulatorFlags, environment: NodeJS.ProcessEnv): Promise<Wanted> {
  const { application, printableToken } = readApplication(flags, environment);
  const options: EmulatorOptions = {
    port: readInteger('--port', flags.port),
    host: flags.host,
    allowedHosts: flags.allowHost,
    state: flags.state,
    clock: flags.clock === undefined ? undefined : readChoice('--clock', flags.clock, ['real', 'manual']),
    applications: [application],
    behaviour: readBehaviour(flags.behaviour ?? []),
    faults: readFaults(flags),
    requireHttps: flags.requireHttps,
    allowRemoteSinks: flags.allowRemoteSinks,
    keepDeliveries:
      flags.keepDeliveries === undefined ? undefined : readInteger('--keep-deliveries', flags.keepDeliveries),
  };
  return {
    options,
    application,
    printableToken,
    subscription: await readSubscription(flags, application.id),
  };
}
