import {
  createReceiver,
  type FicReceiver,
  InvalidOptionError,
  isReceiver,
  type ReceiverOptions,
} from '@fic-webhooks/core';
import { Logger } from '@nestjs/common';
import { defaultReceiver } from './fic-receiver-token.js';

/** Receivers that were made here and have no handler so far. */
const empty = new WeakSet<FicReceiver>();

/**
 * The receiver of an endpoint: the one given, or one made from options, with Nest's logger.
 *
 * @throws InvalidOptionError as `createReceiver` does, and for a `path` or `name` that a factory gives.
 */
export function createEndpointReceiver(name: string, input: unknown): FicReceiver {
  if (isReceiver(input)) return input;
  const options = input as ReceiverOptions & { path?: unknown; name?: unknown; receiver?: unknown };
  for (const option of ['path', 'name', 'receiver'] as const) {
    if (options?.[option] === undefined) continue;
    throw new InvalidOptionError(
      'option-invalid',
      option,
      option === 'receiver'
        ? 'receiver is given beside options of a receiver, or by a factory. Give either a receiver or options; a ' +
            'factory returns the receiver itself.'
        : `${option} is given by the factory of forRootAsync, which comes too late. Put it beside useFactory.`,
    );
  }
  const receiver = createReceiver({ ...options, logger: options?.logger ?? new Logger(labelOf(name)) });
  if (Object.keys(options.handlers ?? {}).length === 0) watch(receiver);
  return receiver;
}

/** The name of an endpoint in logs. */
export function labelOf(name: string): string {
  return name === defaultReceiver ? 'FicWebhooks' : `FicWebhooks:${name}`;
}

/** True when nothing will handle the events of this receiver, as far as can be known. */
export function hasNoHandler(receiver: FicReceiver): boolean {
  return empty.has(receiver);
}

/** A receiver does not tell whether it has handlers: so its `on` is listened to, until it is called. */
function watch(receiver: FicReceiver): void {
  const { on } = receiver;
  empty.add(receiver);
  receiver.on = (...registration: [never, never]) => {
    receiver.on = on;
    empty.delete(receiver);
    return receiver.on(...registration);
  };
}
