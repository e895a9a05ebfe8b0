import { setTimeout as delay } from 'node:timers/promises';
import type { Subscription, SubscriptionsClient } from '@fic-webhooks/core/subscriptions';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { readDuration } from '../../input/read-duration.js';
import { cleanText } from '../../output/clean-text.js';
import { formatJson } from '../../output/format-json.js';
import { mark } from '../../output/mark.js';
import { callApi, type SubscriptionsRun } from './call-api.js';
import { readSubscriptionId } from './read-subscription-id.js';
import { readVerificationMethod } from './read-wanted.js';
import type { VerifyFlags } from './subscription-flags.js';

/** Milliseconds between two looks: each is a call that counts against the quotas. */
const interval = 1_000;

/** Asks for another verification, and waits until the sink is verified. */
export async function verifySubscription(
  run: SubscriptionsRun<VerifyFlags> & { readonly id: string },
): Promise<ExitCode> {
  const { flags, output } = run;
  const id = readSubscriptionId(run.id);
  const verificationMethod = readVerificationMethod(flags.verificationMethod);
  const within =
    flags.verifyWithin === undefined ? 30_000 : readDuration('--verify-within', flags.verifyWithin);
  const { subscription, asked } = await callApi(run, `Waiting until ${id} is verified`, async (client) => {
    const before = await client.get(id);
    if (before.verified) return { subscription: before, asked: false };
    await client.verify(id, { verificationMethod });
    return { subscription: await awaitVerified(client, id, Date.now() + within), asked: true };
  });
  const { results } = output;
  if (flags.json) results.write(formatJson({ subscription, asked }));
  else
    results.write(
      describe(subscription, asked, mark(subscription.verified ? 'ok' : 'problem', results.colors)),
    );
  return subscription.verified ? exitCodes.done : exitCodes.failed;
}

async function awaitVerified(client: SubscriptionsClient, id: string, ends: number): Promise<Subscription> {
  for (;;) {
    const subscription = await client.get(id);
    if (subscription.verified || Date.now() + interval > ends) return subscription;
    await delay(interval);
  }
}

function describe({ id, sink, verified }: Subscription, asked: boolean, sign: string): string {
  const where = `${cleanText(id)} (${cleanText(sink)})`;
  if (verified) return `${sign} ${where} is verified${asked ? '' : ' already. Nothing was asked for'}.`;
  return (
    `${sign} ${where} is not verified yet. The sink must answer the challenge with 200 and {"verification":"…"}. ` +
    'There are five attempts, ten minutes apart: one that comes too early may be ignored. ' +
    'To see what is wrong with the sink: fic-webhooks doctor'
  );
}
