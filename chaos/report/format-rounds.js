import { formatTable } from '../../matrix/report/format-table.js';

/** Examples shown of what speaks against an assertion. */
const most = 5;

/** @typedef {{ title: string, round: import('../run-round.js').Round }} TitledRound */

/**
 * The figures of all rounds, a column for each.
 *
 * @param {readonly TitledRound[]} rounds
 */
export function formatRounds(rounds) {
  const of = (/** @type {(round: import('../run-round.js').Round) => string} */ read) =>
    rounds.map(({ round }) => read(round));
  const rows = [
    ['', ...rounds.map(({ title }) => title)],
    ['events', ...of(({ figures }) => String(figures.events))],
    ['requests', ...of(({ figures }) => String(figures.attempts))],
    ['runs of handlers', ...of(({ figures }) => String(figures.runs))],
    ['listed drops', ...of(({ figures }) => String(figures.drops))],
    ['dead letters', ...of(({ figures }) => String(figures.deadLetters))],
    ['seconds', ...of(({ figures }) => figures.seconds.toFixed(0))],
    ['seconds until quiet', ...of(({ figures }) => figures.quiet.toFixed(1))],
    ...countRows(rounds, ({ hits }) => hits, 'killed at '),
    ...countRows(rounds, ({ faults }) => faults, ''),
  ];
  return formatTable(rows);
}

/**
 * Every assertion, and what speaks against it.
 *
 * @param {readonly TitledRound[]} rounds
 */
export function formatFindings(rounds) {
  const lines = [];
  for (const { title, round } of rounds) {
    lines.push(`${title}:`);
    for (const { name, found } of round.findings) {
      lines.push(
        `  ${found.length === 0 ? '✔' : '✘'} ${name}${found.length === 0 ? '' : `: ${found.length} against it`}`,
      );
      for (const text of found.slice(0, most)) lines.push(`      ${text}`);
      if (found.length > most) lines.push(`      … and ${found.length - most} more`);
    }
  }
  return lines.join('\n');
}

/** @param {import('../run-round.js').Round} round */
export function isPassed({ findings }) {
  return findings.every(({ found }) => found.length === 0);
}

/**
 * @param {readonly TitledRound[]} rounds
 * @param {(round: import('../run-round.js').Round) => ReadonlyMap<string, number>} read
 * @param {string} before
 */
function countRows(rounds, read, before) {
  const names = [...new Set(rounds.flatMap(({ round }) => [...read(round).keys()]))].sort();
  return names.map((name) => [
    `${before}${name}`,
    ...rounds.map(({ round }) => String(read(round).get(name) ?? '–')),
  ]);
}
