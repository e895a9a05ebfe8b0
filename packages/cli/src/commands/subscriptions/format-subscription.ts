import type { Subscription } from '@fic-webhooks/core/subscriptions';
import { shortenType } from '../../input/read-types.js';
import { cleanText } from '../../output/clean-text.js';
import { mark } from '../../output/mark.js';
import type { Colors } from '../../output/output.js';

/** A subscription with all its types, for reading. */
export function formatSubscription(
  { id, sink, verified, mapping, types }: Subscription,
  colors: Colors,
): string {
  const state = verified ? `${mark('ok', colors)} yes` : `${mark('problem', colors)} no: it gets no events`;
  const names = types.map((type) => `    ${cleanText(shortenType(type))}`);
  return [
    colors.bold(cleanText(id)),
    `  sink      ${cleanText(sink, { maximumLength: 2_048 })}`,
    `  verified  ${state}`,
    `  mapping   ${cleanText(mapping)}`,
    `  types     ${types.length === 0 ? `${mark('problem', colors)} none: it gets no events` : types.length}`,
    ...names,
  ].join('\n');
}
