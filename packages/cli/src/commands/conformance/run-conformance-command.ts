import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { formatJson } from '../../output/format-json.js';
import type { ProgramOptions } from '../../program.js';
import type { ConformanceFlags } from './conformance-command.js';
import { countResults, formatResults } from './format-results.js';
import { readConformance } from './read-conformance.js';
import { runCases } from './run-cases.js';

/** What `fic-webhooks conformance` is run with. */
export interface ConformanceRun extends Pick<ProgramOptions, 'output' | 'environment'> {
  /** As on the command line. */
  readonly url: string;
  readonly flags: ConformanceFlags;
}

/**
 * Runs the conformance suite against an endpoint and reports what it found.
 *
 * @throws UsageError before anything is sent.
 */
export async function runConformanceCommand({
  url,
  flags,
  output,
  environment,
}: ConformanceRun): Promise<ExitCode> {
  const wanted = await readConformance({ url, flags, environment });
  const { junit } = flags;
  // Loaded only where a report is wanted.
  const report = junit === undefined ? undefined : await import('./write-junit.js');
  if (junit !== undefined) await report?.checkJunitFile(junit);
  const total = wanted.cases.length;
  const progress = await output.startProgress(`Checking ${wanted.url}`);
  let number = 0;
  const results = await runCases(wanted, (name) => progress.tell(`${++number} of ${total}: ${name}`)).finally(
    () => progress.stop(),
  );
  if (junit !== undefined) await report?.writeJunit(junit, wanted.url, results);
  const counts = countResults(results);
  const { results: lines } = output;
  if (flags.json) lines.write(formatJson({ url: wanted.url, sink: wanted.sink, counts, results }));
  else lines.write(formatResults(results, { lines, all: flags.all === true }));
  return counts.fail === 0 ? exitCodes.done : exitCodes.failed;
}
