import { type Check, ok, unchecked, warning } from '../check.js';
import type { Situation } from './examine-subscriptions.js';

/** Less than this part of a quota is little. */
const little = 0.1;

/** Whether calls are left: a used-up quota stops programs that read what events are about. */
export function checkQuota({ rateLimit }: Situation): Check {
  const id = 'quota';
  const { hourlyRemaining, hourlyLimit, monthlyRemaining, monthlyLimit } = rateLimit;
  const windows = [
    { name: 'this hour', remaining: hourlyRemaining, limit: hourlyLimit },
    { name: 'this month', remaining: monthlyRemaining, limit: monthlyLimit },
  ].filter(({ remaining }) => remaining !== undefined);
  if (windows.length === 0) return unchecked(id, 'The API did not say how many calls are left.');
  const message = windows
    .map(
      ({ name, remaining, limit }) =>
        `${remaining}${limit === undefined ? '' : ` of ${limit}`} calls are left ${name}`,
    )
    .join(', ');
  const isLow = windows.some(({ remaining = 0, limit }) => limit !== undefined && remaining < limit * little);
  return isLow
    ? warning(
        id,
        `${message}.`,
        'All programs of this application share them in this company: look for one that calls too often.',
      )
    : ok(id, `${message}.`);
}
