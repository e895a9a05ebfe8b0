import type { FicEvent, FicEventHandler } from '@fic-webhooks/core';
import { type ContextId, ContextIdFactory, type DiscoveryService, ModuleRef } from '@nestjs/core';

/** A controller or provider, as Nest's container holds it. */
export type Discovered = ReturnType<DiscoveryService['getProviders']>[number];

/** The class of a controller or provider. */
export type DiscoveredType = NonNullable<Discovered['metatype']>;

/** By event: its handlers share their request-scoped providers, as those of one request do. */
const contexts = new WeakMap<FicEvent, ContextId>();

/** The class whose methods may be handlers; undefined where it cannot be known before an event comes. */
export function typeOf(wrapper: Discovered): DiscoveredType | undefined {
  if (!wrapper.isNotMetatype) return wrapper.metatype ?? undefined;
  const type: unknown = isScoped(wrapper) ? wrapper.token : classOf(wrapper.instance);
  return typeof type === 'function' ? (type as DiscoveredType) : undefined;
}

function classOf(instance: unknown): unknown {
  return typeof instance === 'object' && instance !== null
    ? Object.getPrototypeOf(instance)?.constructor
    : undefined;
}

/** The handler that a method is: of the one instance there is, or of one that is made for the event. */
export function bindHandler(wrapper: Discovered, method: string | symbol): FicEventHandler {
  if (!isScoped(wrapper)) return (event, context) => settle(wrapper.instance[method](event, context));
  return async (event, context) => {
    const instance = await resolveFor(event, wrapper);
    return settle(instance[method](event, context));
  };
}

/**
 * Waits for the end of an Observable, as Nest does for what its own handlers return: nothing runs before somebody subscribes.
 *
 * @see https://docs.nestjs.com/controllers#asynchronicity
 */
function settle(result: unknown): unknown {
  const subscribe: unknown =
    typeof result === 'object' && result !== null ? Reflect.get(result, 'subscribe') : undefined;
  if (typeof subscribe !== 'function') return result;
  return new Promise<void>((resolve, reject) => {
    subscribe.call(result, { complete: resolve, error: reject });
  });
}

function isScoped(wrapper: Discovered): boolean {
  return wrapper.isTransient || !wrapper.isDependencyTreeStatic();
}

function resolveFor(event: FicEvent, wrapper: Discovered): Promise<Discovered['instance']> {
  const moduleRef = wrapper.host?.getProviderByKey<ModuleRef>(ModuleRef).instance as ModuleRef;
  return moduleRef.resolve(wrapper.token, contextOf(event, wrapper, moduleRef), { strict: true });
}

/** As Nest makes it for a request, with the event in its place: `REQUEST` is the event. */
function contextOf(event: FicEvent, wrapper: Discovered, moduleRef: ModuleRef): ContextId {
  const known = contexts.get(event);
  if (known !== undefined) return known;
  const contextId = ContextIdFactory.getByRequest(event);
  // Durable providers outlive the event. https://docs.nestjs.com/fundamentals/injection-scopes#durable-providers
  const isDurable = wrapper.isDependencyTreeDurable();
  moduleRef.registerRequestByContextId(isDurable ? contextId.payload : event, contextId);
  if (!isDurable) contexts.set(event, contextId);
  return contextId;
}
