import { type Emulator, startEmulator } from '@fic-webhooks/emulator';
import type { Lines } from '../../output/output.js';
import type { ProgramOptions } from '../../program.js';
import { formatBanner } from './banner.js';
import { formatDelivery } from './delivery-line.js';
import type { EmulatorFlags } from './emulator-flags.js';
import { explainStartFailure } from './explain-start-failure.js';
import { readFlags, type Wanted } from './read-flags.js';
import { formatReadyLine } from './ready-line.js';
import { SinkSubscriber } from './sink-subscriber.js';
import { awaitStopRequest, type StopRequest } from './stop-request.js';
import { writeWarning } from './write-warning.js';

/**
 * Runs the emulator until SIGINT or SIGTERM.
 *
 * @throws UsageError before anything has started; EmulatorError when it cannot start.
 */
export async function runEmulator(flags: EmulatorFlags, program: ProgramOptions): Promise<void> {
  const { wanted, emulator, stop } = await start(flags, program).catch((error) => {
    throw explainStartFailure(error);
  });
  try {
    await serve({ flags, program, wanted, emulator, stop });
  } finally {
    await emulator.close();
  }
}

interface Running {
  readonly wanted: Wanted;
  readonly emulator: Emulator;
  readonly stop: StopRequest;
}

async function start(
  flags: EmulatorFlags,
  { output: { notices }, environment }: ProgramOptions,
): Promise<Running> {
  const wanted = await readFlags(flags, environment);
  const stop = awaitStopRequest();
  const warn = (message: string) => writeWarning(notices, message);
  return { wanted, stop, emulator: await startEmulator({ ...wanted.options, logger: { warn } }) };
}

async function serve({
  flags,
  program: { output, version },
  wanted,
  emulator,
  stop,
}: Running & { flags: EmulatorFlags; program: ProgramOptions }): Promise<void> {
  const { results, notices } = output;
  if (!flags.json) {
    results.write(formatBanner({ emulator, wanted, version, colors: results.colors }));
    if (!flags.quiet) writeDeliveries(emulator, results);
  }
  const { accessToken } = wanted.application;
  const subscriber =
    wanted.subscription &&
    new SinkSubscriber({ emulator, wanted: wanted.subscription, accessToken, stop, notices });
  const subscription = await subscriber?.subscribeNow();
  if (flags.json) results.write(formatReadyLine({ emulator, wanted, subscription }));
  await subscriber?.subscribeLater();
  await stop.requested;
}

function writeDeliveries(emulator: Emulator, results: Lines): void {
  emulator.onDelivery((delivery) => {
    const line = formatDelivery(delivery, results.colors);
    if (line !== undefined) results.write(line);
  });
}
