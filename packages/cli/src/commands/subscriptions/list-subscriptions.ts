import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { formatJson } from '../../output/format-json.js';
import { formatTable } from '../../output/format-table.js';
import { callApi, type SubscriptionsRun } from './call-api.js';

/** Lists the subscriptions of the application in a company. */
export async function listSubscriptions(run: SubscriptionsRun): Promise<ExitCode> {
  const { flags, output } = run;
  const { companyId, subscriptions, rateLimit } = await callApi(
    run,
    'Reading the subscriptions',
    async (client) => ({
      companyId: client.companyId,
      subscriptions: await client.list(),
      rateLimit: client.rateLimit,
    }),
  );
  const { results } = output;
  if (flags.json) {
    results.write(formatJson({ companyId, subscriptions, rateLimit }));
  } else if (subscriptions.length === 0) {
    results.write(`Company ${companyId} has no subscription of this application.`);
  } else {
    const { green, red } = results.colors;
    const rows = subscriptions.map(({ id, verified, types, mapping, sink }) => [
      id,
      verified ? { text: 'yes', style: green } : { text: 'no', style: red },
      String(types.length),
      mapping,
      sink,
    ]);
    results.write(
      formatTable({ head: ['ID', 'VERIFIED', 'TYPES', 'MAPPING', 'SINK'], rows, lines: results }),
    );
  }
  return exitCodes.done;
}
