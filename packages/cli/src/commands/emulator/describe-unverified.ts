import type { Subscription } from '@fic-webhooks/emulator';
import { cleanText } from '../../output/clean-text.js';
import { isLost } from './ensure-subscription.js';

/** Why a subscription is not verified. */
export interface UnverifiedOptions {
  readonly subscription: Subscription;
  /** What came of the last request, in a sentence. */
  readonly reason: string;
  /** Why no other one was sent now, in a sentence; undefined when one was. */
  readonly silence?: string | undefined;
  readonly inspectorUrl: string;
}

/** A warning, and what to do, with commands to copy. */
export interface UnverifiedText {
  readonly warning: string;
  readonly cure: string;
}

/** Says that a sink is not verified, why, and how it will be. */
export function describeUnverified({
  subscription,
  reason,
  silence,
  inspectorUrl,
}: UnverifiedOptions): UnverifiedText {
  const { id, sink } = subscription;
  const what = `${id} gets no events, because its sink ${cleanText(sink, { maximumLength: 2_048 })} is not verified.`;
  const why = silence === undefined ? cleanText(reason) : `It was not asked now: ${cleanText(silence)}`;
  const warning =
    `${what} ${why} Check that the receiver runs, that it answers GET on this path, and that its public key is the one ` +
    'of this emulator.';
  return { warning, cure: describeCure(subscription, inspectorUrl) };
}

function describeCure(subscription: Subscription, inspectorUrl: string): string {
  const { id } = subscription;
  if (isLost(subscription)) return `This was the last request. Start again: ${id} is made anew then.`;
  const post = (path: string, body: string) =>
    `  curl ${inspectorUrl}${path} -H 'Content-Type: application/json' -d '${body}'`;
  return [
    'There are ten minutes between two requests. Once it is mended, move the clock and ask again, like this or on the inspector page:',
    post('clock/advance', '{"by":"10m"}'),
    post(`subscriptions/${id}/verify`, '{}'),
  ].join('\n');
}
