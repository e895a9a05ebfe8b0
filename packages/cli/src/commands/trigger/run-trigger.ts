import type { ExitCode } from '../../exit-codes.js';
import type { ProgramOptions } from '../../program.js';
import { readWantedEvent, readWantedWay } from './read-trigger.js';
import type { TriggerFlags } from './trigger-command.js';

/** What `fic-webhooks trigger` is run with. */
export interface TriggerRun extends Pick<ProgramOptions, 'output' | 'environment'> {
  /** As on the command line. */
  readonly type: string;
  readonly flags: TriggerFlags;
}

/**
 * Sends an event, or lets an emulator send it.
 *
 * @throws UsageError before anything is sent; CommandError when an emulator cannot be asked.
 */
export async function runTrigger({ type, flags, output, environment }: TriggerRun): Promise<ExitCode> {
  const wanted = readWantedEvent(type, flags);
  const way = readWantedWay(flags);
  if (wanted.type.dead) {
    const { notices } = output;
    notices.write(notices.colors.yellow(`warning: Fatture in Cloud never sends ${wanted.type.name}.`));
  }
  if (way.by === 'emulator') {
    const { emitThroughEmulator } = await import('./emit-through-emulator.js');
    return emitThroughEmulator({ wanted, emulator: way.emulator, json: flags.json, output });
  }
  const { sendEvents } = await import('./send-events.js');
  return sendEvents({ wanted, way, flags, output, environment });
}
