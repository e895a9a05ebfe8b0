import { UsageError } from '../../usage-error.js';

/**
 * Reads the id of a subscription. The service does not say how they look; all that were seen begin with SUB.
 *
 * @throws UsageError
 */
export function readSubscriptionId(text: string): string {
  if (/^[\w-]{1,64}$/.test(text)) return text;
  throw new UsageError(
    '<id>',
    '<id> is no id of a subscription. They look like SUB230; fic-webhooks subscriptions list shows them.',
  );
}
