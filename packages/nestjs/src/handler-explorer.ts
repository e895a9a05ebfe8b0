import { FicWebhooksError } from '@fic-webhooks/core';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { bindHandler, type Discovered, type DiscoveredType, typeOf } from './bind-handler.js';
import { describeReceiver, labelOf } from './create-endpoint-receiver.js';
import { type EndpointRegistry, endpointRegistryToken } from './endpoint-registry.js';
import { defaultReceiver } from './fic-receiver-token.js';
import { readController } from './fic-webhooks-controller.js';
import { type HandlerMetadata, readHandlers } from './on-fic-event.js';

/** What becomes of events without a handler. */
const fates = {
  inline: 'every event will be answered as a success, and lost',
  worked: 'every event will be put aside as a dead letter',
};

/** Finds the methods with `@OnFicEvent`, and registers each once with its receiver. */
@Injectable()
export class HandlerExplorer implements OnModuleInit, OnApplicationBootstrap {
  readonly #registry: EndpointRegistry;
  readonly #discovery: DiscoveryService;

  constructor(
    @Inject(endpointRegistryToken) registry: EndpointRegistry,
    @Inject(DiscoveryService) discovery: DiscoveryService,
  ) {
    this.#registry = registry;
    this.#discovery = discovery;
  }

  onModuleInit(): void {
    // By class: one that is listed in two modules, or as controller and provider, has several instances.
    const seen = new Set<object>();
    for (const wrapper of [...this.#discovery.getControllers(), ...this.#discovery.getProviders()]) {
      const type = typeOf(wrapper);
      if (type === undefined || seen.has(type)) continue;
      seen.add(type);
      this.#register(wrapper, type);
    }
  }

  /** Not before: an `onModuleInit` of the app may register handlers by hand. */
  onApplicationBootstrap(): void {
    for (const { name, receiver } of this.#registry.all()) {
      const made = describeReceiver(receiver);
      // Where another process works through the inbox, the handlers are there.
      if (made === undefined || made.hasHandler || made.mode === 'stored') continue;
      new Logger(labelOf(name)).warn(
        `The receiver '${name}' has no handler: ${fates[made.mode]}. Write a method with @OnFicEvent in a controller or ` +
          'provider of the app' +
          (name === defaultReceiver ? '' : `, with { receiver: '${name}' }`) +
          (made.mode === 'worked' ? ', or set worker: false where another process works.' : '.'),
      );
    }
  }

  #register(wrapper: Discovered, type: DiscoveredType): void {
    const controller = readController(type);
    if (controller !== undefined) {
      this.#registry.get(controller.receiver, `@FicWebhooksController on ${type.name}`);
    }
    const fallback = controller?.receiver ?? defaultReceiver;
    for (const { method, patterns, options } of mergeHandlers(readHandlers(type))) {
      const name = `${type.name}.${String(method)}`;
      const { receiver } = this.#registry.get(options.receiver ?? fallback, `@OnFicEvent on ${name}`);
      try {
        // The decorator has had the types checked.
        receiver.on(patterns as unknown as ['*'], bindHandler(wrapper, method), {
          name: options.name ?? name,
        });
      } catch (cause) {
        if (!(cause instanceof FicWebhooksError)) throw cause;
        throw new FicWebhooksError(cause.code, `@OnFicEvent on ${name}: ${cause.message}`, { cause });
      }
    }
  }
}

/** Several decorators on one method are one registration, so that it runs once for an event that they all match. */
function mergeHandlers(handlers: readonly HandlerMetadata[]): Iterable<HandlerMetadata> {
  const merged: HandlerMetadata[] = [];
  for (const handler of handlers) {
    // Compared and not written out: two symbols may have one description, and are two methods.
    const index = merged.findIndex((earlier) => isSameRegistration(earlier, handler));
    const earlier = merged[index];
    if (earlier === undefined) merged.push(handler);
    else merged[index] = { ...handler, patterns: [...earlier.patterns, ...handler.patterns] };
  }
  return merged;
}

function isSameRegistration(one: HandlerMetadata, other: HandlerMetadata): boolean {
  return (
    one.method === other.method &&
    one.options.receiver === other.options.receiver &&
    one.options.name === other.options.name
  );
}
