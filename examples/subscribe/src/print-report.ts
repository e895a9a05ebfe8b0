import type { EnsureReport } from '@fic-webhooks/core/subscriptions';

/** Says how the subscription stands. Anything but ready is a failure of the script. */
export function printReport({ status, subscription, actions, problems }: EnsureReport): void {
  const done =
    actions.length === 0 ? 'Nothing had to be done' : `Done: ${actions.map(({ kind }) => kind).join(', ')}`;
  console.log(`${done}. ${subscription?.id ?? 'No subscription'}: ${status}.`);
  for (const { code, message } of problems) console.error(`${code}: ${message}`);
  if (status !== 'ready') process.exitCode = 1;
}
