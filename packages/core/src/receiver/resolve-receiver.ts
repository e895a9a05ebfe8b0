import { createReceiver } from './create-receiver.js';
import type { FicReceiver } from './fic-receiver.js';
import { isReceiver } from './receiver-brand.js';
import type { ReceiverOptions } from './receiver-options.js';

/**
 * The receiver itself, or one made from options: what every adapter accepts.
 *
 * @throws InvalidOptionError as `createReceiver` does.
 *
 * @example
 * ```ts
 * const receiver = resolveReceiver({ sink: 'https://example.com/webhooks/fic', applicationId: 1234 });
 * ```
 */
export function resolveReceiver<const H = Readonly<Record<never, never>>>(
  input: FicReceiver | ReceiverOptions<H>,
): FicReceiver {
  return isReceiver(input) ? input : createReceiver(input as ReceiverOptions<H>);
}
