import { InvalidOptionError, isReceiver, resolveReceiver } from '@fic-webhooks/core';
import type { FastifyInstance } from 'fastify';
import type { FicWebhooksOptions } from './plugin-options.js';

/**
 * Takes the receiver from the options of a plugin, or makes it from them. One that is made here is closed with the app;
 * one that was given may be in use elsewhere, and belongs to its maker.
 *
 * @throws InvalidOptionError when an option is missing or wrong.
 */
export function takeReceiver(instance: FastifyInstance, options: FicWebhooksOptions) {
  const { prefix, logLevel, logSerializers, routeOptions, receiver: given, ...others } = options;
  const [surplus] = Object.keys(others);
  if (given !== undefined && surplus !== undefined) {
    throw new InvalidOptionError(
      'option-unknown',
      surplus,
      `Both receiver and ${surplus} are given. ${surplus} belongs to the receiver: give it to createReceiver, or leave ` +
        'receiver out.',
    );
  }
  const receiver = resolveReceiver(given ?? (others as Parameters<typeof resolveReceiver>[0]));
  // By then the server has ended: only handlers that run past their answer are left, and the store.
  if (!isReceiver(given)) instance.addHook('onClose', () => receiver.close());
  // A logger among the options goes before that of the app.
  return { receiver, hasLogger: 'logger' in others && others.logger !== undefined };
}
