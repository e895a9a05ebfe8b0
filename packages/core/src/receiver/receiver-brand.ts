import type { FicReceiver } from './fic-receiver.js';

const brand = Symbol.for('@fic-webhooks/FicReceiver');

/** Makes a receiver known as such to every copy of this package. */
export function markReceiver(receiver: FicReceiver): FicReceiver {
  return Object.defineProperty(receiver, brand, { value: true });
}

/**
 * True for a receiver, whichever copy of this package made it (ESM or CommonJS).
 *
 * @example
 * ```ts
 * const receiver = isReceiver(input) ? input : createReceiver(input);
 * ```
 */
export function isReceiver(value: unknown): value is FicReceiver {
  return typeof value === 'object' && value !== null && Reflect.get(value, brand) === true;
}
