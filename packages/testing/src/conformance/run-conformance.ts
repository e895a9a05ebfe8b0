import { InvalidOptionError } from '@fic-webhooks/core';
import { importSigningKey } from '../import-signing-key.js';
import type { CaseResult } from '../suite/case-result.js';
import { runCase } from '../suite/run-case.js';
import { selectCases } from '../suite/select-cases.js';
import { CaseSkip } from '../suite/suite-case.js';
import { bindingCases } from './cases/binding-cases.js';
import { bodyCases } from './cases/body-cases.js';
import { challengeCases } from './cases/challenge-cases.js';
import { claimCases } from './cases/claim-cases.js';
import { deliveryCases } from './cases/delivery-cases.js';
import { eventCases } from './cases/event-cases.js';
import { methodCases } from './cases/method-cases.js';
import { tokenCases } from './cases/token-cases.js';
import type { ConformanceCase } from './conformance-case.js';
import type { ConformanceOptions } from './conformance-options.js';
import { Probe } from './probe.js';

/** Requests without an answer in a row after which the others are not tried: each would cost its whole time limit. */
const patience = 3;

const lastCase: ConformanceCase = {
  name: 'handlers: the right events and only they, once each',
  async run(probe) {
    if (!probe.ledger.sees) {
      throw new CaseSkip(
        'Needs `handled`: a function that gives the events, or their ids, that handlers have handled.',
      );
    }
    if (probe.ledger.isEmpty) {
      throw new CaseSkip(
        'Looks at the cases that ran before it, and none of them has sent an event. Run them in one call.',
      );
    }
    await probe.ledger.finish();
  },
};

const allCases: readonly ConformanceCase[] = [
  ...challengeCases,
  ...eventCases,
  ...deliveryCases,
  ...tokenCases,
  ...claimCases,
  ...bindingCases,
  ...bodyCases,
  ...methodCases,
  lastCase,
];

/** The names of all cases of `runConformance`, in the order in which they run. */
export const conformanceCaseNames: readonly string[] = allCases.map(({ name }) => name);

/**
 * Sends an endpoint everything that Fatture in Cloud, or somebody who pretends to be it, may send, and checks each
 * answer: its status, its problem code and its headers; with `handled`, also what reached a handler.
 *
 * The endpoint must trust the public key of `privateKey`, and have the same sink and application id. Its other options
 * are expected at their defaults. The cases run one after another; each uses events of its own.
 *
 * @returns One result for each case. A missing answer is a failure, never a rejection.
 * @throws InvalidOptionError `option-invalid` for a key, sink, function or case name that cannot be used.
 *
 * @example
 * ```ts
 * const results = await runConformance({ sink, privateKey, send: sendOverHttp('http://localhost:3000/webhooks/fic') });
 * expect(results.filter(({ result }) => result === 'fail')).toEqual([]);
 * ```
 */
export async function runConformance(options: ConformanceOptions): Promise<CaseResult[]> {
  checkOptions(options);
  const chosen = selectCases(allCases, options.cases);
  const probe = new Probe(options);
  const results: CaseResult[] = [];
  for (const one of chosen) {
    const { count, why } = probe.silence;
    if (count < patience) results.push(await runCase(one, probe));
    else
      results.push({
        name: one.name,
        result: 'fail',
        why: `Not tried: ${count} requests got no answer. The last: ${why}`,
      });
  }
  return results;
}

function checkOptions({ sink, privateKey, send, handled, failNext }: ConformanceOptions): void {
  importSigningKey(privateKey, 'privateKey');
  if (!URL.canParse(sink))
    throw invalid('sink', `sink is ${String(sink)}. Give the URL that the receiver has as \`sink\`.`);
  if (typeof send !== 'function')
    throw invalid('send', 'send is not a function. Give sendOverHttp(url), or one of your own.');
  for (const [name, value] of Object.entries({ handled, failNext })) {
    if (value !== undefined && typeof value !== 'function') throw invalid(name, `${name} is not a function.`);
  }
}

function invalid(option: string, message: string): InvalidOptionError {
  return new InvalidOptionError('option-invalid', option, message);
}
