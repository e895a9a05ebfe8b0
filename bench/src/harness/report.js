import Table from 'cli-table3';
import { judge } from './measurement.js';
import { median } from './statistics.js';

/** @import { BenchResult, Measurement } from './measurement.js' */
/** @typedef {Pick<typeof import('picocolors'), 'bold' | 'dim' | 'green' | 'red'>} Colors */

// No lines and no colours of the library's own: the text can be pasted into a document.
const plain = {
  chars: Object.fromEntries(
    'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid'
      .split(' ')
      .map((place) => [place, '']),
  ),
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
};

/**
 * The result of one bench as text: the measurements with their targets, then the figures of this machine.
 *
 * @param {string} title
 * @param {BenchResult} result
 * @param {Colors} colors
 * @returns {string} Without a line end.
 */
export function formatResult(title, { measurements, figures, remarks = [] }, colors) {
  const table = new Table({
    ...plain,
    head: ['', 'median', '9 of 10', 'target', ''].map((text) => colors.dim(text)),
    colAligns: ['left', 'right', 'right', 'left', 'left'],
    chars: { ...plain.chars, middle: '   ' },
  });
  for (const measurement of measurements) table.push(toRow(measurement, colors));
  const lines = [colors.bold(title), table.toString()];
  if (figures.length > 0) {
    const list = figures.map(({ name, unit, samples }) => `${name} ${formatNumber(median(samples))} ${unit}`);
    lines.push(colors.dim(`here: ${list.join(' · ')}`));
  }
  for (const remark of remarks) lines.push(colors.dim(`note: ${remark}`));
  return lines.map((line) => line.replace(/[ \t]+$/gm, '')).join('\n');
}

/**
 * @param {Measurement} measurement
 * @param {Colors} colors
 */
function toRow(measurement, colors) {
  const { name, unit, better, target, samples } = measurement;
  const judgement = judge(measurement);
  if (judgement === undefined) return [name, 'n/a', '', '', ''];
  const sign = better === 'higher' ? '≥' : '≤';
  const goals =
    target === undefined
      ? ''
      : [target.median, ...(target.bound === undefined ? [] : [target.bound])]
          .map((goal) => `${sign} ${goal}`)
          .join(', ');
  return [
    name,
    `${formatNumber(judgement.median)} ${unit}`,
    samples.length > 1 ? `${sign} ${formatNumber(judgement.bound)}` : '',
    goals,
    judgement.met === undefined ? '' : judgement.met ? colors.green('✓') : colors.red('✗'),
  ];
}

/**
 * Three digits that count.
 *
 * @param {number} value
 */
function formatNumber(value) {
  if (Math.abs(value) >= 1000) return (Math.round(value / 100) * 100).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}
