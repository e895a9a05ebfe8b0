import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { formatJson } from '../../output/format-json.js';
import { UsageError } from '../../usage-error.js';
import { callApi, type SubscriptionsRun } from './call-api.js';
import { formatSubscription } from './format-subscription.js';
import { readSubscriptionId } from './read-subscription-id.js';
import type { DeleteFlags } from './subscription-flags.js';

/** Deletes a subscription, and shows what it was: there is no way back but to make it again. */
export async function deleteSubscription(
  run: SubscriptionsRun<DeleteFlags> & { readonly id: string },
): Promise<ExitCode> {
  const { flags, output } = run;
  const id = readSubscriptionId(run.id);
  if (!flags.yes) {
    throw new UsageError(
      '--yes',
      `--yes is missing, so nothing was sent. Without ${id} its events are never sent, later either. To look at it first: ` +
        `fic-webhooks subscriptions get ${id} --company ${flags.company ?? '<id>'}`,
    );
  }
  const deleted = await callApi(run, `Deleting ${id}`, async (client) => {
    const subscription = await client.get(id);
    await client.delete(id);
    return subscription;
  });
  const { results } = output;
  if (flags.json) results.write(formatJson({ deleted }));
  else results.write(`Deleted:\n${formatSubscription(deleted, results.colors)}`);
  return exitCodes.done;
}
