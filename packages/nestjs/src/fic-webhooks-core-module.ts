import { Inject, Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import { EndpointRegistry, endpointRegistryToken } from './endpoint-registry.js';
import { HandlerExplorer } from './handler-explorer.js';
import { ReceiverLifecycle } from './receiver-lifecycle.js';
import { WebhookRouter } from './webhook-router.js';

/** What the endpoints of an app share. Nest makes it once, however many there are. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    { provide: endpointRegistryToken, useClass: EndpointRegistry },
    WebhookRouter,
    HandlerExplorer,
    ReceiverLifecycle,
  ],
  exports: [endpointRegistryToken],
})
export class FicWebhooksCoreModule implements OnApplicationBootstrap {
  readonly #host: HttpAdapterHost;

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
  }

  onApplicationBootstrap(): void {
    // An application context may enable the hooks only after this: it is made and started in one.
    if (!this.#host.httpAdapter) return;
    // Where nothing listens, in tests and on serverless platforms, nobody sends signals. The first Nest 10 does not tell.
    const listens = this.#host.listen$ as HttpAdapterHost['listen$'] | undefined;
    if (listens === undefined) warnWithoutShutdownHooks();
    else listens.subscribe(warnWithoutShutdownHooks);
  }
}

function warnWithoutShutdownHooks(): void {
  if (process.listenerCount('SIGTERM') > 0) return;
  new Logger('FicWebhooks').warn(
    'Nobody listens to SIGTERM, so a deployment kills handlers in the middle of their work. Call ' +
      'app.enableShutdownHooks() before app.listen(): then handlers may finish.',
  );
}
