import { FicWebhooksError } from '@fic-webhooks/core';
import type { NodeHandler, NodeRequest } from '@fic-webhooks/core/node';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { type EndpointRegistry, endpointRegistryToken } from './endpoint-registry.js';
import { findControllerRoutes } from './find-controller-routes.js';
import { hideBody } from './hide-body.js';
import { listenFirst } from './listen-first.js';
import { resolveControllerPath, resolveMountPath } from './resolve-path.js';
import { whenAdapterIsSet } from './when-adapter-is-set.js';

/** What happens with the requests of one path. */
interface Route {
  /** For errors and logs. */
  readonly owner: string;
  /** True for a controller that shares its path with others, by host. */
  readonly hasHost?: boolean;
  /** Answers; absent where a controller does. */
  readonly handle?: NodeHandler;
}

/** Brings requests to the receivers, ahead of the rest of the app. */
@Injectable()
export class WebhookRouter implements OnModuleInit {
  readonly #registry: EndpointRegistry;
  readonly #config: ApplicationConfig;
  readonly #discovery: DiscoveryService;
  readonly #modules: ModulesContainer;
  readonly #host: HttpAdapterHost;
  readonly #routes = new Map<string, Route>();

  constructor(
    @Inject(endpointRegistryToken) registry: EndpointRegistry,
    @Inject(ApplicationConfig) config: ApplicationConfig,
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    this.#registry = registry;
    this.#config = config;
    this.#discovery = discovery;
    this.#modules = modules;
    this.#host = host;
    // Now, as the app adds its parsers and middleware later; the paths are known later still.
    whenAdapterIsSet(host, (adapter) =>
      listenFirst(adapter, (request, response, next, matched = '') => {
        const route = this.#routes.get(pathOf(request));
        if (route?.handle !== undefined) {
          route.handle(request, response).catch(next);
          return;
        }
        // Fastify may be told to find a controller by other spellings of its path, too.
        if (route !== undefined || this.#routes.has(matched)) hideBody(request);
        next();
      }),
    );
  }

  /** The global prefix is set between the making of the app and its initialisation. */
  onModuleInit(): void {
    if (!this.#host.httpAdapter) return;
    const logger = new Logger('FicWebhooks');
    for (const { name, path, handle } of this.#registry.all()) {
      if (path === undefined) continue;
      const resolved = resolveMountPath(this.#config, path);
      this.#add(resolved, { owner: `the endpoint '${name}'`, handle });
      logger.log(`Mapped {${resolved}} to the receiver '${name}'`);
    }
    for (const { path, owner, hasHost } of findControllerRoutes(this.#discovery, this.#modules)) {
      this.#add(resolveControllerPath(this.#config, path), { owner, hasHost });
    }
  }

  #add(path: string, route: Route): void {
    const earlier = this.#routes.get(path);
    if (earlier !== undefined && earlier.owner !== route.owner && !(earlier.hasHost && route.hasHost)) {
      throw new FicWebhooksError(
        'endpoint-duplicate',
        `The path ${path} belongs to ${earlier.owner} and to ${route.owner}. Give each endpoint a path of its own.`,
      );
    }
    this.#routes.set(path, route);
  }
}

/** What stands before the path in a target that is a whole URL: RFC 9112, section 3.2.2. */
const origin = /^[a-z][a-z\d+.-]*:\/\/[^/?]*/i;

/** The path of the request's target, without its query, and without a slash at its end. */
function pathOf({ url = '/' }: NodeRequest): string {
  const target = url.startsWith('/') ? url : url.replace(origin, '');
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  return (path.endsWith('/') ? path.slice(0, -1) : path) || '/';
}
