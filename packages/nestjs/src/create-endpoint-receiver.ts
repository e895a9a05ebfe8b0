import {
  createReceiver,
  type FicReceiver,
  type Inbox,
  InvalidOptionError,
  isReceiver,
  type ReceiverOptions,
} from '@fic-webhooks/core';
import { Logger } from '@nestjs/common';
import { defaultReceiver } from './fic-receiver-token.js';
import { HeldInbox } from './held-inbox.js';

/** What is known of a receiver that was made here, and not of one that was given. */
export interface MadeReceiver {
  /** Whether anything was ever registered to handle its events. */
  hasHandler: boolean;
  /** What becomes of events. `stored`: another process handles them. */
  readonly mode: 'inline' | 'stored' | 'worked';
  /** Lets the worker of this process begin. */
  startWork(): Promise<void>;
}

const made = new WeakMap<FicReceiver, MadeReceiver>();

/**
 * The receiver of an endpoint: the one given, or one made from options, with Nest's logger. The worker of one that is
 * made here waits for {@link MadeReceiver.startWork}, as the handlers are found later.
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
  const held = canBeHeld(options) ? new HeldInbox(options.inbox) : undefined;
  const receiver = createReceiver({
    ...options,
    ...(held && { inbox: held }),
    logger: options?.logger ?? new Logger(labelOf(name)),
  });
  const description: MadeReceiver = {
    hasHandler: Object.keys(options.handlers ?? {}).length > 0,
    mode: held ? 'worked' : options.inbox ? 'stored' : 'inline',
    async startWork() {
      if (held === undefined) return;
      await receiver.work();
      held.release();
    },
  };
  made.set(receiver, description);
  if (!description.hasHandler) watch(receiver, description);
  return receiver;
}

/** The name of an endpoint in logs. */
export function labelOf(name: string): string {
  return name === defaultReceiver ? 'FicWebhooks' : `FicWebhooks:${name}`;
}

/** What is known of a receiver: undefined when it was not made here. */
export function describeReceiver(receiver: FicReceiver): MadeReceiver | undefined {
  return made.get(receiver);
}

/** True when this process is to work through an inbox. What is no inbox is left to `createReceiver` to refuse. */
function canBeHeld(options: ReceiverOptions | undefined): options is ReceiverOptions & { inbox: Inbox } {
  return options?.worker !== false && typeof options?.inbox?.work === 'function';
}

/** A receiver does not tell whether it has handlers: so it is listened to, until it gets one. */
function watch(receiver: FicReceiver, description: MadeReceiver): void {
  for (const method of ['on', 'onUnhandled'] as const) {
    const original = receiver[method] as (...registration: unknown[]) => FicReceiver;
    Object.assign(receiver, {
      [method](...registration: unknown[]) {
        description.hasHandler = true;
        Object.assign(receiver, { [method]: original });
        return original.apply(receiver, registration);
      },
    });
  }
}
