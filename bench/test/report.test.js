import { stripVTControlCharacters } from 'node:util';
import colors from 'picocolors';
import { expect, test } from 'vitest';
import { formatResult } from '../src/harness/report.js';

/** @import { BenchResult } from '../src/harness/measurement.js' */

/** @type {BenchResult} */
const result = {
  measurements: [
    { name: 'met', unit: '×', better: 'higher', samples: [1, 1.02, 1.04], target: { median: 1, bound: 0.9 } },
    { name: 'missed', unit: 'µs', better: 'lower', samples: [13.5], target: { median: 12 } },
    { name: 'reported', unit: '×', better: 'higher', samples: [4.5, 4.6] },
    { name: 'unknown', unit: 'µs', better: 'lower', samples: [], target: { median: 12 } },
  ],
  figures: [{ name: 'bare', unit: 'events/s', samples: [30_449] }],
  remarks: ['one core.'],
};

const expected = `Title
            median   9 of 10   target
met         1.02 ×    ≥ 1.00   ≥ 1, ≥ 0.9   ✓
missed     13.5 µs             ≤ 12         ✗
reported    4.55 ×    ≥ 4.51
unknown        n/a
here: bare 30,400 events/s
note: one core.`;

test('the table shows median, bound and target, and is plain text without colours', () => {
  expect(formatResult('Title', result, colors.createColors(false))).toBe(expected);
});

test('colours change nothing but the colour', () => {
  const coloured = formatResult('Title', result, colors.createColors(true));
  expect(coloured).toContain('\u001b[31m✗');
  const text = stripVTControlCharacters(coloured);
  expect(text.replace(/ +$/gm, '')).toBe(expected);
});
