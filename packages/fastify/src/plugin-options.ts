import type {
  EventName,
  EventTypePrefix,
  FicEventHandler,
  FicReceiver,
  ReceiverOptions,
} from '@fic-webhooks/core';
import type { FastifyContextConfig, RegisterOptions, RouteShorthandOptions } from 'fastify';

/** The patterns that match an event name: each run of segments may be a `*`. */
type PatternOf<N extends string> = N extends `${infer Head}.${infer Rest}`
  ? `${Head | '*'}.${PatternOf<Rest>}` | Extract<PatternOf<Rest>, '*' | `*.${string}`>
  : N | '*';

type ListedPattern = PatternOf<EventName>;

/**
 * Handlers by name, full type or pattern, each typed by its key. Every pattern is listed, because `register` does not
 * infer types of handlers from a generic plugin.
 *
 * @example
 * ```ts
 * const handlers: HandlersByPattern = { 'entities.*.delete': (event) => console.log(event.companyId, event.ids) };
 * ```
 */
export type HandlersByPattern = {
  readonly [P in ListedPattern | `${EventTypePrefix}${ListedPattern}`]?: FicEventHandler<P>;
};

/** A receiver, or the options of one in its place. */
type ReceiverChoice =
  | { receiver: FicReceiver }
  | (Omit<ReceiverOptions, 'handlers'> & { handlers?: HandlersByPattern; receiver?: undefined });

/**
 * Options of `ficWebhooks`: `{ receiver }` or the options of `createReceiver`, those that Fastify has for every plugin
 * (`prefix`, `logLevel`, `logSerializers`), and `routeOptions`.
 *
 * @example
 * ```ts
 * const options: FicWebhooksOptions = { receiver, prefix: '/webhooks/fic', routeOptions: { logLevel: 'warn' } };
 * ```
 */
export type FicWebhooksOptions = RegisterOptions &
  ReceiverChoice & {
    /**
     * Handed to Fastify's route: `config`, `logLevel`, `constraints`, hooks of its own… Fastify parses no body here, so
     * its `bodyLimit` has no effect: that of the receiver counts.
     */
    routeOptions?: Omit<RouteShorthandOptions, 'config'> & {
      config?: FastifyContextConfig & Record<string, unknown>;
    };
  };

/**
 * Options of `verifyFicWebhook`: `{ receiver }`, or the options of `createReceiver`.
 *
 * @example
 * ```ts
 * const options: VerifyFicWebhookOptions = { sink: 'https://example.com/custom', applicationId: 1234 };
 * ```
 */
export type VerifyFicWebhookOptions = RegisterOptions & ReceiverChoice;
