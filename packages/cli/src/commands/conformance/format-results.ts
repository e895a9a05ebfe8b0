import { cleanText } from '../../output/clean-text.js';
import { formatTable } from '../../output/format-table.js';
import { mark } from '../../output/mark.js';
import type { Lines } from '../../output/output.js';
import type { TimedResult } from './run-cases.js';

/** How many cases ended how. */
export type Counts = Readonly<Record<TimedResult['result'], number>>;

/** Counts the results. */
export function countResults(results: readonly TimedResult[]): Counts {
  const count = (wanted: string) => results.filter(({ result }) => result === wanted).length;
  return { pass: count('pass'), fail: count('fail'), skip: count('skip') };
}

/** How to show the results. */
export interface FormatOptions {
  readonly lines: Lines;
  /** Shows the cases that passed, too. */
  readonly all: boolean;
}

/** A table with a row for each family of cases, what did not pass and why, and the sum. */
export function formatResults(results: readonly TimedResult[], { lines, all }: FormatOptions): string {
  const { red, bold } = lines.colors;
  const families = groupByFamily(results);
  const rows = [...families].map(([family, ones]) => {
    const { pass, fail, skip } = countResults(ones);
    return [family, String(pass), fail === 0 ? '0' : { text: String(fail), style: red }, String(skip)];
  });
  const shown = results.filter(({ result }) => all || result !== 'pass');
  const details = shown.map(({ name, result, why }) => {
    const finding = ({ pass: 'ok', fail: 'problem', skip: 'unchecked' } as const)[result];
    const line = `${mark(finding, lines.colors)} ${name}`;
    return why === '' ? line : `${line}\n    ${cleanText(why, { maximumLength: 1_000 })}`;
  });
  const { pass, fail, skip } = countResults(results);
  const sum = `${pass} passed, ${fail} failed, ${skip} skipped.`;
  const table = formatTable({ head: ['CASES', 'PASSED', 'FAILED', 'SKIPPED'], rows, lines });
  return [table, ...(details.length > 0 ? ['', ...details] : []), '', bold(sum)].join('\n');
}

function groupByFamily(results: readonly TimedResult[]): Map<string, TimedResult[]> {
  const families = new Map<string, TimedResult[]>();
  for (const one of results) {
    const family = one.name.split(':')[0] ?? one.name;
    families.set(family, [...(families.get(family) ?? []), one]);
  }
  return families;
}
