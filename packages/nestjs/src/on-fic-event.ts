import {
  type EventPattern,
  type FicContext,
  type FicEvent,
  FicWebhooksError,
  type UnknownFicEvent,
  type UnlistedEvent,
  type ValidPattern,
} from '@fic-webhooks/core';

const handlersKey = Symbol.for('@fic-webhooks/on-fic-event');

/** Options of {@link OnFicEvent}. */
export interface OnFicEventOptions {
  /**
   * The `name` of the endpoint whose events it handles. Default: in a `@FicWebhooksController` the receiver of that
   * controller, elsewhere the endpoint without a name.
   */
  receiver?: string;
  /** The name in errors and logs. Default: `Class.method`. */
  name?: string;
}

/** Decorates a method that takes `E`, or something wider, and the context. */
export type FicEventDecorator<E> = <M extends (event: E, context: FicContext) => unknown>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/** What a decorator left on a class. */
export interface HandlerMetadata {
  readonly method: string | symbol;
  readonly patterns: readonly (string | UnlistedEvent)[];
  readonly options: OnFicEventOptions;
  /** The prototype whose method was decorated. */
  readonly owner: object;
}

/**
 * Makes a method of a controller or provider the handler of one name, full type or pattern, or of a list of them.
 *
 * TypeScript checks that the declared type of the parameter fits the pattern; it cannot infer it. Annotate it, and
 * import the type with `import type`. Several decorators may stand on one method: it runs once for an event that
 * several of them match. A subclass inherits the handlers of its base class.
 *
 * The handler runs as a method of its instance, without guards, interceptors, pipes and filters. It **must be
 * idempotent**: when any handler of an event fails, all of them run again.
 *
 * In request-scoped and transient providers the instance is made for each event; `REQUEST` is the event.
 *
 * @throws FicWebhooksError `event-name-unknown` at start-up, for a pattern that matches nothing; `receiver-unknown` at
 * start-up, for a receiver that does not exist; `handler-invalid` for a static method.
 *
 * @example
 * ```ts
 * import { type FicContext, OnFicEvent } from '@fic-webhooks/nestjs';
 * import type { FicEvent } from '@fic-webhooks/nestjs';
 *
 * class Clients {
 *   @OnFicEvent('entities.clients.*')
 *   async changed(event: FicEvent<'entities.clients.*'>, context: FicContext) {}
 * }
 * ```
 */
export function OnFicEvent<const P extends EventPattern>(
  pattern: P & ValidPattern<P>,
  options?: OnFicEventOptions,
): FicEventDecorator<FicEvent<P>>;
export function OnFicEvent<const P extends readonly EventPattern[]>(
  patterns: { readonly [K in keyof P]: P[K] & ValidPattern<P[K]> },
  options?: OnFicEventOptions,
): FicEventDecorator<FicEvent<P[number]>>;
export function OnFicEvent(
  name: UnlistedEvent,
  options?: OnFicEventOptions,
): FicEventDecorator<UnknownFicEvent>;
export function OnFicEvent(
  patterns: string | UnlistedEvent | readonly string[],
  options: OnFicEventOptions = {},
): FicEventDecorator<FicEvent> {
  return (target, method) => {
    if (typeof target === 'function') {
      throw new FicWebhooksError(
        'handler-invalid',
        `@OnFicEvent stands on the static method ${target.name}.${String(method)}. It would never run, as handlers ` +
          'are called on instances. Remove static.',
      );
    }
    // On the class and not on the function: other decorators may put another function in its place.
    const type = target.constructor;
    const earlier = readHandlers(type).filter(
      (handler) => handler.method !== method || handler.owner === target,
    );
    // Whatever else it is stays in the list, where it is refused at start-up.
    const handler: HandlerMetadata = { method, patterns: [patterns].flat(), options, owner: target };
    Reflect.defineMetadata(handlersKey, [...earlier, handler], type);
  };
}

/** The handlers of a class, inherited ones included, in the order in which they were decorated. */
export function readHandlers(type: object): readonly HandlerMetadata[] {
  return Reflect.getMetadata(handlersKey, type) ?? [];
}
