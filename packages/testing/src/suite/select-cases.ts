import { InvalidOptionError } from '@fic-webhooks/core';
import type { CaseSelection } from './case-result.js';
import type { SuiteCase } from './suite-case.js';

/**
 * The cases to run, in the order of the suite.
 *
 * @throws InvalidOptionError `option-invalid` for a name that no case has, or when nothing is left: a run of no case
 * would look like a success.
 */
export function selectCases<C>(
  all: readonly SuiteCase<C>[],
  selection: CaseSelection | undefined,
): readonly SuiteCase<C>[] {
  if (selection === undefined) return all;
  if (typeof selection !== 'function') {
    const unknown = selection.find((name) => !all.some((one) => one.name === name));
    if (unknown !== undefined) throw invalid(`There is no case '${unknown}'`);
  }
  const wanted = typeof selection === 'function' ? selection : (name: string) => selection.includes(name);
  const chosen = all.filter(({ name }) => wanted(name));
  if (chosen.length === 0) throw invalid('No case is selected');
  return chosen;
}

function invalid(what: string): InvalidOptionError {
  return new InvalidOptionError(
    'option-invalid',
    'cases',
    `${what}. Leave \`cases\` out to run all, and see their names.`,
  );
}
