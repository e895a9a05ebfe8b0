import { Configuration, WebhooksApi } from '@fattureincloud/fattureincloud-ts-sdk';
import { createSubscriptionsClient } from '@fic-webhooks/core/subscriptions';
import { readConfig, types } from './config.js';
import { printReport } from './print-report.js';

const { accessToken, companyId, sink, apiUrl } = readConfig(process.env);

// One configuration for both: a token that is refreshed in it counts for both.
const configuration = new Configuration({ accessToken, ...(apiUrl !== undefined && { basePath: apiUrl }) });

const client = createSubscriptionsClient({ companyId, accessToken: configuration });
printReport(await client.ensure({ sink, types }));

// Every other call of the API is the SDK's business, such as reading what an event is about.
const { data } = await new WebhooksApi(configuration).listWebhooksSubscriptions(companyId);
for (const { id, sink: url, types: subscribed } of data.data ?? []) {
  console.log(`The SDK sees ${id} with ${subscribed?.length ?? 0} types at ${url}.`);
}
