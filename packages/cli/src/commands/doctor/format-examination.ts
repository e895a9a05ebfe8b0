import { cleanText } from '../../output/clean-text.js';
import { mark } from '../../output/mark.js';
import type { Colors } from '../../output/output.js';
import type { Check } from './check.js';

/** What was found, by what was looked at. */
export interface Examination {
  readonly sink: readonly Check[];
  readonly subscription: readonly Check[];
}

/** Each check on a line, with what to do below it, and the sum. */
export function formatExamination({ sink, subscription }: Examination, colors: Colors): string {
  const all = [...sink, ...subscription];
  const count = (wanted: Check['result']) => all.filter(({ result }) => result === wanted).length;
  const [problems, warnings, open] = [count('problem'), count('warning'), count('unchecked')];
  const sum = [
    problems === 0 ? 'Nothing is wrong' : `${problems} ${problems === 1 ? 'thing is' : 'things are'} wrong`,
    ...(warnings === 0 ? [] : [`${warnings} to look at`]),
    ...(open === 0 ? [] : [`${open} not checked`]),
  ];
  return [
    formatPart('Sink', sink, colors),
    formatPart('Subscription', subscription, colors),
    colors.bold(`${sum.join(', ')}.`),
  ].join('\n\n');
}

function formatPart(title: string, checks: readonly Check[], colors: Colors): string {
  const lines = checks.map(({ result, message, cure }) => {
    const line = `  ${mark(result, colors)} ${cleanText(message, { maximumLength: 2_000 })}`;
    return cure === undefined
      ? line
      : `${line}\n    ${colors.dim(cleanText(cure, { maximumLength: 2_000 }))}`;
  });
  return [colors.bold(title), ...lines].join('\n');
}
