import type { Subscription } from '@fic-webhooks/emulator';
import { cleanText } from '../../output/clean-text.js';

/** Says what a subscription is. `how` is its state, such as `is verified`. */
export function describeStanding({ id, sink, types, companyId }: Subscription, how: string): string {
  const count = types.length === 1 ? '1 type' : `${types.length} types`;
  return `${id} ${how}: ${cleanText(sink, { maximumLength: 2_048 })} gets ${count} of company ${companyId}.`;
}
