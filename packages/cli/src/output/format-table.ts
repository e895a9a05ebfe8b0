import Table from 'cli-table3';
import { cleanText } from './clean-text.js';
import type { Lines } from './output.js';

/** A text, and how it shall look. */
export type Cell = string | { readonly text: string; readonly style: (text: string) => string };

/** What stands in a table. */
export interface TableOptions {
  readonly head: readonly string[];
  /** Foreign text is welcome: every cell is cleaned. */
  readonly rows: readonly (readonly Cell[])[];
  /** Where it will be written. On a terminal the last column is broken into lines that fit. */
  readonly lines: Pick<Lines, 'colors' | 'columns'>;
}

const gap = '  ';
const narrowest = 24;

/** Lays out a table without frames: in a pipe each row is one line, for `grep` and `cut`. */
export function formatTable({ head, rows, lines: { colors, columns } }: TableOptions): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? { text: cell, style: String } : cell)),
  );
  const texts = cells.map((row) => row.map(({ text }) => cleanText(text, { maximumLength: 1_000 })));
  const widths = head.map((title, index) =>
    Math.max(title.length, ...texts.map((row) => row[index]?.length ?? 0)),
  );
  const last = head.length - 1;
  const others = widths.slice(0, last).reduce((sum, width) => sum + width + gap.length, 0);
  if (columns !== undefined)
    widths[last] = Math.min(widths[last] ?? 0, Math.max(narrowest, columns - others));
  const table = new Table({
    // A cell is cut that is as wide as its column: one more.
    colWidths: widths.map((width) => width + 1),
    wordWrap: true,
    chars: { ...noFrame, middle: ' ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1, compact: true },
  });
  table.push(head.map((title) => colors.dim(title)));
  for (const [index, row] of texts.entries()) {
    table.push(row.map((text, column) => cells[index]?.[column]?.style(text) ?? text));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const frame = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
] as const;
const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'] as const;
const noFrame = Object.fromEntries([...frame, ...inner].map((name) => [name, '']));
