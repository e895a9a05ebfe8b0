import { formatTable } from './format-table.js';

/** @typedef {Awaited<ReturnType<typeof import('../run/run-row.js').runRow>>} Outcome */

/** Problems of one row that are printed; a broken endpoint has hundreds. */
const mostProblems = 12;

/** @param {Outcome} outcome */
export function isPassed({ problems }) {
  return problems.length === 0;
}

/** @param {Outcome} outcome */
function countExcused({ excused }) {
  return [...excused.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * The table, one line for each row.
 *
 * @param {readonly Outcome[]} outcomes
 */
export function formatOutcomes(outcomes) {
  return formatTable([
    ['', 'result', 'cases passed', 'skipped', 'failed', 'answers equal', 'excepted', 'seconds'],
    ...outcomes.map((outcome) => [
      outcome.row.title,
      isPassed(outcome) ? 'pass' : 'FAIL',
      ...[outcome.pass, outcome.skip, outcome.fail, outcome.equal, countExcused(outcome)].map(String),
      outcome.seconds.toFixed(1),
    ]),
  ]);
}

/**
 * The exceptions that were needed: how often, and why.
 *
 * @param {readonly Outcome[]} outcomes
 */
export function formatExceptions(outcomes) {
  /** @type {Map<import('../rows.js').Exception, { names: Set<string>, count: number }>} */
  const needed = new Map();
  for (const { row, excused } of outcomes) {
    for (const [exception, count] of excused) {
      const entry = needed.get(exception) ?? { names: new Set(), count: 0 };
      entry.names.add(row.group.name);
      needed.set(exception, { ...entry, count: entry.count + count });
    }
  }
  return [...needed]
    .map(([{ why }, { names, count }]) => `  ${[...names].join(', ')}, ${count} times: ${why}`)
    .join('\n');
}

/**
 * The exceptions that no answer needed: perhaps they can go.
 *
 * @param {readonly Outcome[]} outcomes
 */
export function formatUnneeded(outcomes) {
  const needed = new Set(outcomes.flatMap(({ excused }) => [...excused.keys()]));
  const allowed = outcomes.flatMap(({ row: { group, values } }) =>
    (group.exceptions ?? []).filter(({ when }) => when === undefined || when(values)),
  );
  return [...new Set(allowed)]
    .filter((exception) => !exception.sometimes && !needed.has(exception))
    .map(({ why }) => `  ${why}`)
    .join('\n');
}

/**
 * What is wrong with a row.
 *
 * @param {Outcome} outcome
 */
export function formatProblems({ row, problems }) {
  const shown = problems.slice(0, mostProblems).map((problem) => `  ${problem.replaceAll('\n', '\n  ')}`);
  if (problems.length > mostProblems) shown.push(`  … and ${problems.length - mostProblems} more`);
  return `${row.title}:\n${shown.join('\n')}`;
}

/**
 * All of it, for other programs.
 *
 * @param {readonly Outcome[]} outcomes
 */
export function toJson(outcomes) {
  const rows = outcomes.map(({ row, excused, ...numbers }) => ({
    title: row.title,
    group: row.group.name,
    values: row.values,
    ...numbers,
    excused: [...excused].map(([{ why }, count]) => ({ why, count })),
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}
