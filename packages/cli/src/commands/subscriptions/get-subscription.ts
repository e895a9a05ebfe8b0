import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { formatJson } from '../../output/format-json.js';
import { callApi, type SubscriptionsRun } from './call-api.js';
import { formatSubscription } from './format-subscription.js';
import { readSubscriptionId } from './read-subscription-id.js';

/** Shows one subscription. */
export async function getSubscription(run: SubscriptionsRun & { readonly id: string }): Promise<ExitCode> {
  const id = readSubscriptionId(run.id);
  const subscription = await callApi(run, `Reading ${id}`, (client) => client.get(id));
  const { results } = run.output;
  results.write(
    run.flags.json ? formatJson({ subscription }) : formatSubscription(subscription, results.colors),
  );
  return exitCodes.done;
}
