import { expandTypes } from '@fic-webhooks/core/subscriptions';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { cleanText } from '../../output/clean-text.js';
import { formatJson } from '../../output/format-json.js';
import { mark } from '../../output/mark.js';
import { callApi, type SubscriptionsRun } from './call-api.js';
import { formatSubscription } from './format-subscription.js';
import { readWanted } from './read-wanted.js';
import type { WantedFlags } from './subscription-flags.js';

/** Makes a subscription. A type that the service left out is a failure, though it says success. */
export async function createSubscription(run: SubscriptionsRun<WantedFlags>): Promise<ExitCode> {
  const { flags, output } = run;
  const { allowUnknownTypes, ...wanted } = readWanted(flags);
  const types = expandTypes(wanted.types, { allowUnknownTypes });
  const { subscription, warnings } = await callApi(run, 'Making the subscription', (client) =>
    client.create({ ...wanted, types }),
  );
  const { results } = output;
  if (flags.json) {
    results.write(formatJson({ subscription, warnings }));
  } else {
    results.write(formatSubscription(subscription, results.colors));
    for (const { message } of warnings)
      results.write(`${mark('problem', results.colors)} ${cleanText(message)}`);
    if (!subscription.verified) {
      results.write(
        `\nThe sink is being verified. See: fic-webhooks subscriptions get ${cleanText(subscription.id)} --company ${flags.company}`,
      );
    }
  }
  return warnings.length === 0 ? exitCodes.done : exitCodes.failed;
}
