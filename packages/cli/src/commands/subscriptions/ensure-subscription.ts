import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { readDuration } from '../../input/read-duration.js';
import { formatJson } from '../../output/format-json.js';
import { callApi, type SubscriptionsRun } from './call-api.js';
import { formatReport } from './format-report.js';
import { readWanted } from './read-wanted.js';
import type { EnsureFlags } from './subscription-flags.js';

/** Makes the right subscription stand, or says what it would do. */
export async function ensureSubscription(run: SubscriptionsRun<EnsureFlags>): Promise<ExitCode> {
  const { flags, output } = run;
  const { keepOtherTypes, takeOver, moveSinkFrom, verifyWithin, dryRun } = flags;
  const wanted = {
    ...readWanted(flags),
    keepOtherTypes,
    takeOver,
    moveSinkFrom,
    dryRun,
    verifyWithin: verifyWithin === undefined ? undefined : readDuration('--verify-within', verifyWithin),
  };
  const report = await callApi(run, `Making the subscription of ${wanted.sink} stand`, (client) =>
    client.ensure(wanted),
  );
  const { results } = output;
  results.write(flags.json ? formatJson(report) : formatReport(report, results.colors));
  const { status, problems } = report;
  const isRight = status === 'ready' || (status === 'planned' && problems.length === 0);
  return isRight ? exitCodes.done : exitCodes.failed;
}
