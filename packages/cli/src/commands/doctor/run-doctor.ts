import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { cleanText } from '../../output/clean-text.js';
import { formatJson } from '../../output/format-json.js';
import type { ProgramOptions } from '../../program.js';
import { examineSubscriptions } from './api/examine-subscriptions.js';
import type { Check } from './check.js';
import type { DoctorFlags } from './doctor-command.js';
import { formatExamination } from './format-examination.js';
import { readDoctor } from './read-doctor.js';
import { examineSink } from './sink/examine-sink.js';

/** What `fic-webhooks doctor` is run with. */
export interface DoctorRun extends Pick<ProgramOptions, 'output' | 'environment'> {
  readonly flags: DoctorFlags;
}

/**
 * Looks at a sink and its subscription, and changes nothing.
 *
 * @throws UsageError before anything is sent.
 */
export async function runDoctor({ flags, output, environment }: DoctorRun): Promise<ExitCode> {
  const wanted = await readDoctor({ flags, environment });
  const progress = await output.startProgress(`Looking at ${wanted.sink}`);
  const examine = async () => ({
    sink: await examineSink(wanted, progress),
    subscription: await examineSubscriptions(wanted, progress),
  });
  const parts = await examine().finally(() => progress.stop());
  const checks = [...parts.sink, ...parts.subscription];
  const isRight = checks.every(({ result }) => result !== 'problem');
  const { results } = output;
  results.write(
    flags.json
      ? formatJson({
          ok: isRight,
          sink: wanted.sink,
          companyId: wanted.settings.companyId,
          checks: checks.map(view),
        })
      : formatExamination(parts, results.colors),
  );
  return isRight ? exitCodes.done : exitCodes.failed;
}

function view({ id, result, message, cure }: Check): unknown {
  return { id, result, message: cleanText(message, { maximumLength: 2_000 }), cure: cure ?? null };
}
