import { InvalidOptionError } from '@fic-webhooks/core';
import type { CaseResult } from '../suite/case-result.js';
import { runCase } from '../suite/run-case.js';
import { selectCases } from '../suite/select-cases.js';
import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { withTimeLimit } from '../suite/with-time-limit.js';
import { claimCases } from './claim-cases.js';
import { leaseCases } from './lease-cases.js';
import type { StoreConformanceOptions } from './store-conformance-options.js';
import { StoreProbe } from './store-probe.js';
import { zombieCases } from './zombie-cases.js';

const allCases: readonly SuiteCase<StoreProbe>[] = [...claimCases, ...leaseCases, ...zombieCases];

/** The names of all cases of `runStoreConformance`, in the order in which they run. */
export const storeConformanceCaseNames: readonly string[] = allCases.map(({ name }) => name);

/**
 * Checks that a store keeps the contract of `IdempotencyStore`: atomic claims, leases, compare-and-set by token,
 * retention.
 *
 * @returns One result for each case. What a store throws is a failure, never a rejection.
 * @throws InvalidOptionError `option-invalid` for a function or a case name that cannot be used.
 *
 * @example
 * ```ts
 * const results = await runStoreConformance({ createStore: () => memoryStore() });
 * expect(results.filter(({ result }) => result === 'fail')).toEqual([]);
 * ```
 */
export async function runStoreConformance(options: StoreConformanceOptions): Promise<CaseResult[]> {
  if (typeof options.createStore !== 'function') {
    throw new InvalidOptionError(
      'option-invalid',
      'createStore',
      'createStore is not a function that makes a store.',
    );
  }
  const chosen = selectCases(allCases, options.cases);
  // Cases that really wait do so together. A clock that is moved would move for all of them.
  if (options.advance === undefined) return Promise.all(chosen.map((one) => runOne(one, options)));
  const results: CaseResult[] = [];
  for (const one of chosen) results.push(await runOne(one, options));
  return results;
}

function runOne({ name, run }: SuiteCase<StoreProbe>, options: StoreConformanceOptions): Promise<CaseResult> {
  const { caseWithin = 10_000 } = options;
  const late = () =>
    new CaseFailure(
      `The case did not end within ${caseWithin} ms: a method of the store hangs or is very slow.`,
    );
  return runCase(
    { name, run: () => withTimeLimit(runOnFreshStore(run, options), caseWithin, late) },
    undefined,
  );
}

async function runOnFreshStore(
  run: SuiteCase<StoreProbe>['run'],
  options: StoreConformanceOptions,
): Promise<void> {
  const store = await options.createStore();
  try {
    await run(new StoreProbe(store, options));
  } finally {
    await store.close?.();
  }
}
