import { type FicReceiver, FicWebhooksError } from '@fic-webhooks/core';
import { toReceiverRequest, writeNodeResponse } from '@fic-webhooks/core/node';
import { All, Controller, type ControllerOptions, Inject, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { encodePath } from './encode-path.js';
import { type EndpointRegistry, endpointRegistryToken } from './endpoint-registry.js';
import { defaultReceiver } from './fic-receiver-token.js';
import { showBody } from './hide-body.js';
import { holdResponse } from './hold-response.js';
import type { PlatformRequest, PlatformResponse } from './platform-request.js';
import { checkPath } from './resolve-path.js';

const controllerKey = Symbol.for('@fic-webhooks/controller');
const moduleRefKey = Symbol.for('@fic-webhooks/module-ref');
/** No method that somebody writes has this name. */
const routeName = 'FicWebhooksController.receive';

/** Options of {@link FicWebhooksController}. */
export interface FicWebhooksControllerOptions extends Pick<ControllerOptions, 'host' | 'scope' | 'durable'> {
  /** An exact path, without parameters. The global prefix is put before it, unless it is excluded for all methods. */
  path: string;
  /** The `name` of the endpoint whose receiver answers. Default: the endpoint without a name. */
  receiver?: string;
}

/** What the decorator left on a class. */
export interface ControllerMetadata {
  readonly path: string;
  readonly receiver: string;
  readonly hasHost: boolean;
}

/** By controller: a request-scoped one has many instances. */
const moduleRefs = new WeakMap<object, ModuleRef>();

/**
 * A controller that owns its route, inside the guards, interceptors and filters of the app. Each of them runs once for
 * a request, and none for the handlers: the `@OnFicEvent` methods of the class, which handle the events of its receiver.
 *
 * The receiver comes from `FicWebhooksModule.forRoot`, which needs no `path` for it. It answers by itself whatever comes
 * in, all methods included, so that nothing can wrap its answers. Bodies are left unread for it: guards and
 * interceptors see none. Versioning does not apply to the route.
 *
 * A guard that refuses notifications of Fatture in Cloud loses them: it must let this controller through.
 *
 * @throws InvalidOptionError that names the class when the path is not exact; FicWebhooksError `module-missing` at
 * start-up when `FicWebhooksModule` is not imported, `receiver-unknown` at start-up when there is no receiver of this name.
 *
 * @example
 * ```ts
 * @FicWebhooksController('webhooks/fic')
 * class Hooks {
 *   @OnFicEvent('received_documents.create')
 *   received(event: FicEvent<'received_documents.create'>) {}
 * }
 * ```
 */
export function FicWebhooksController(options: string | FicWebhooksControllerOptions): ClassDecorator {
  return (type) => {
    const user = `@FicWebhooksController on ${type.name}`;
    const { receiver = defaultReceiver, ...route } = hasPath(options) ? options : { path: options };
    checkPath(route.path, `The path of ${user}`);
    // Fastify looks for the path as it is written here, Express for the path as it stands in the request.
    const path = [...new Set([route.path, encodePath(route.path)])];
    Controller({ ...route, path, version: VERSION_NEUTRAL })(type);
    const metadata: ControllerMetadata = { path: route.path, receiver, hasHost: 'host' in route };
    Reflect.defineMetadata(controllerKey, metadata, type);
    defineModuleRef(type.prototype, user);
    defineRoute(type.prototype, (controller) => {
      const registry = moduleRefs
        .get(controller)
        ?.get<EndpointRegistry>(endpointRegistryToken, { strict: false });
      return registry?.get(receiver, user).receiver;
    });
  };
}

/** What is neither options nor a path is taken for a path, and refused as one. */
function hasPath(options: string | FicWebhooksControllerOptions): options is FicWebhooksControllerOptions {
  return typeof options === 'object' && options !== null && 'path' in options;
}

/** What {@link FicWebhooksController} left on a class. */
export function readController(type: object): ControllerMetadata | undefined {
  return Reflect.getMetadata(controllerKey, type);
}

/** Nest sets it on each instance. Through it the receivers of its app are found. */
function defineModuleRef(prototype: object, user: string): void {
  Inject(ModuleRef)(prototype, moduleRefKey);
  Object.defineProperty(prototype, moduleRefKey, {
    configurable: true,
    set(this: object, moduleRef: ModuleRef) {
      moduleRefs.set(this, moduleRef);
      checkModule(moduleRef, user);
    },
  });
}

function checkModule(moduleRef: ModuleRef, user: string): void {
  try {
    moduleRef.get(endpointRegistryToken, { strict: false });
  } catch (cause) {
    throw new FicWebhooksError(
      'module-missing',
      `${user} needs a receiver, and FicWebhooksModule is not imported. Add FicWebhooksModule.forRoot({ sink, ` +
        'applicationId }) to the imports of the root module.',
      { cause },
    );
  }
}

/** Adds a method of its own to each class: metadata of Nest belongs to functions. */
function defineRoute(prototype: object, findReceiver: (controller: object) => FicReceiver | undefined): void {
  const value = async function receive(this: object, request: PlatformRequest, response: PlatformResponse) {
    const raw = request.raw ?? request;
    showBody(raw);
    const receiver = findReceiver(this);
    if (receiver === undefined) return;
    // Written to Node.js's response, where no interceptor, no filter and no hook of the app can change it.
    response.hijack?.();
    const rawResponse = response.raw ?? response;
    const release = holdResponse(rawResponse);
    const answer = await receiver.handle(toReceiverRequest(raw));
    release();
    writeNodeResponse(raw, rawResponse, answer);
  };
  const descriptor = { configurable: true, writable: true, value };
  Object.defineProperty(prototype, routeName, descriptor);
  Req()(prototype, routeName, 0);
  Res()(prototype, routeName, 1);
  All()(prototype, routeName, descriptor);
}
