import { InvalidOptionError } from '@fic-webhooks/core';
import type { CaseResult } from '../suite/case-result.js';
import { runCase } from '../suite/run-case.js';
import { selectCases } from '../suite/select-cases.js';
import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { withTimeLimit } from '../suite/with-time-limit.js';
import { deadLetterCases } from './dead-letter-cases.js';
import { handledCases } from './handled-cases.js';
import type { InboxConformanceOptions } from './inbox-conformance-options.js';
import { InboxProbe } from './inbox-probe.js';
import { letterActionCases } from './letter-action-cases.js';
import { lifeCases } from './life-cases.js';
import { lostClaimCases } from './lost-claim-cases.js';
import { putCases } from './put-cases.js';
import { stopCases } from './stop-cases.js';
import { workCases } from './work-cases.js';

const allCases: readonly SuiteCase<InboxProbe>[] = [
  ...putCases,
  ...workCases,
  ...handledCases,
  ...lostClaimCases,
  ...stopCases,
  ...deadLetterCases,
  ...letterActionCases,
  ...lifeCases,
];

/** The names of all cases of `runInboxConformance`, in the order of their results. */
export const inboxConformanceCaseNames: readonly string[] = allCases.map(({ name }) => name);

/**
 * Checks that an inbox keeps the contract of `Inbox`: each key stored once, delays and counts, claims that are renewed,
 * lost and fenced, dead letters, retention, figures. Time really passes: about half a minute, four cases side by side.
 *
 * What it cannot see is whether the store survives a crash of the machine: that is for a test that kills processes.
 *
 * @returns One result for each case. What an inbox throws is a failure, never a rejection.
 * @throws InvalidOptionError `option-invalid` for a function or a case name that cannot be used.
 *
 * @example
 * ```ts
 * const results = await runInboxConformance({ createInbox: () => memoryInbox() });
 * expect(results.filter(({ result }) => result === 'fail')).toEqual([]);
 * ```
 */
export async function runInboxConformance(options: InboxConformanceOptions): Promise<CaseResult[]> {
  if (typeof options.createInbox !== 'function') {
    throw new InvalidOptionError(
      'option-invalid',
      'createInbox',
      'createInbox is not a function that makes an inbox.',
    );
  }
  const chosen = selectCases(allCases, options.cases);
  const results: CaseResult[] = [];
  const waiting = [...chosen.entries()];
  const runWaiting = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results[next[0]] = await runOne(next[1], options);
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 4 }, runWaiting));
  return results;
}

function runOne({ name, run }: SuiteCase<InboxProbe>, options: InboxConformanceOptions): Promise<CaseResult> {
  const { caseWithin = 20_000 } = options;
  const late = () =>
    new CaseFailure(
      `The case did not end within ${caseWithin} ms: a method of the inbox hangs or is very slow.`,
    );
  return runCase({ name, run: () => runOnFreshInbox(run, options, caseWithin, late) }, undefined);
}

async function runOnFreshInbox(
  run: SuiteCase<InboxProbe>['run'],
  options: InboxConformanceOptions,
  caseWithin: number,
  late: () => Error,
): Promise<void> {
  const probe = new InboxProbe(await withTimeLimit(create(options), caseWithin, late), options);
  try {
    await withTimeLimit(run(probe), caseWithin, late);
  } finally {
    await withTimeLimit(end(probe), caseWithin, late);
  }
}

async function create({ createInbox }: InboxConformanceOptions) {
  return createInbox();
}

async function end(probe: InboxProbe): Promise<void> {
  await probe.stop();
  await probe.inbox.close();
}
