import type { EnsureReport, PlannedAction } from '@fic-webhooks/core/subscriptions';
import { shortenType } from '../../input/read-types.js';
import { cleanText } from '../../output/clean-text.js';
import { mark } from '../../output/mark.js';
import type { Colors } from '../../output/output.js';
import { formatSubscription } from './format-subscription.js';

const summaries: Readonly<Record<EnsureReport['status'], string>> = {
  ready: 'The subscription stands, and its sink is verified.',
  incomplete: 'The subscription stands, and types are missing.',
  unverified: 'The subscription stands, and gets no events yet: its sink is not verified.',
  missing: 'There is no subscription.',
  planned: 'This would be done. Nothing was written.',
};

const long = { maximumLength: 2_000 };

/** What `ensure` found and did, for reading. */
export function formatReport(report: EnsureReport, colors: Colors): string {
  const { status, subscription, actions, problems } = report;
  const finding = status === 'ready' ? 'ok' : status === 'planned' ? 'unchecked' : 'problem';
  const parts = [`${mark(finding, colors)} ${colors.bold(summaries[status])}`];
  if (actions.length > 0) {
    const title = status === 'planned' ? 'Plan' : 'Done';
    parts.push([`${title}:`, ...actions.map((action) => `  ${formatAction(action, colors)}`)].join('\n'));
  } else if (status === 'ready') {
    parts.push('Nothing had to be written.');
  }
  if (problems.length > 0) {
    const lines = problems.map(({ message }) => `  ${mark('problem', colors)} ${cleanText(message, long)}`);
    parts.push(['In the way:', ...lines].join('\n'));
  }
  if (subscription !== undefined) parts.push(formatSubscription(subscription, colors));
  return parts.join('\n\n');
}

function formatAction(action: PlannedAction, colors: Colors): string {
  const why = colors.dim(cleanText(action.why, long));
  switch (action.kind) {
    case 'create':
      return join(
        `create ${cleanText(action.id ?? 'a subscription')} for ${cleanText(action.sink)}`,
        why,
        list('+', action.types),
      );
    case 'modify':
      return join(`modify ${cleanText(action.id)}`, why, list('+', action.add), list('-', action.remove));
    case 'delete':
    case 'verify':
      return join(`${action.kind} ${cleanText(action.id)}`, why);
  }
}

function join(what: string, why: string, ...lists: string[]): string {
  return `${what}: ${why}${lists.join('')}`;
}

function list(sign: string, types: readonly string[]): string {
  return types.map((type) => `\n      ${sign} ${cleanText(shortenType(type))}`).join('');
}
