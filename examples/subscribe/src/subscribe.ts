import { createSubscriptionsClient, requiredScopes } from '@fic-webhooks/core/subscriptions';
import { readConfig, types } from './config.js';
import { printReport } from './print-report.js';

const { accessToken, companyId, sink, apiUrl } = readConfig(process.env);

console.log(`The access token needs the scopes ${requiredScopes(types).join(', ')}.`);

const client = createSubscriptionsClient({
  companyId,
  accessToken,
  baseUrl: apiUrl,
  onRetry: ({ error, delay }) => console.warn(`Trying again in ${delay} ms: ${error.message}`),
});

// What would be done, and then doing it. Without the first call it is the same.
const plan = await client.ensure({ sink, types, dryRun: true });
for (const { kind, why } of plan.actions) console.log(`To do: ${kind}. ${why}`);

printReport(await client.ensure({ sink, types }));
console.log(`${client.rateLimit.hourlyRemaining} calls are left in this hour.`);
