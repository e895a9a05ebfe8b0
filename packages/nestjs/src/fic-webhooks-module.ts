import { type FicReceiver, InvalidOptionError } from '@fic-webhooks/core';
import { type DynamicModule, type FactoryProvider, Module, type Provider } from '@nestjs/common';
import { createEndpointReceiver } from './create-endpoint-receiver.js';
import { type EndpointRegistry, endpointRegistryToken } from './endpoint-registry.js';
import { defaultReceiver, getFicReceiverToken } from './fic-receiver-token.js';
import { FicWebhooksCoreModule } from './fic-webhooks-core-module.js';
import type {
  FicWebhooksModuleAsyncOptions,
  FicWebhooksModuleOptions,
  FicWebhooksOptionsFactory,
} from './fic-webhooks-options.js';
import { checkPath } from './resolve-path.js';

/**
 * Receives the webhooks of Fatture in Cloud at a path, ahead of CORS, body parsers, middleware, guards, interceptors and
 * filters of the app. Import it once for each endpoint, in the root module; it is global.
 *
 * The receiver is closed with the app: after `app.enableShutdownHooks()` on SIGTERM, too.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     FicWebhooksModule.forRoot({
 *       path: 'webhooks/fic',
 *       sink: 'https://example.com/webhooks/fic',
 *       applicationId: 1234,
 *     }),
 *   ],
 *   providers: [Clients],
 * })
 * class AppModule {}
 * ```
 */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows modules by their class.
export class FicWebhooksModule {
  /**
   * An endpoint whose options are known.
   *
   * @throws InvalidOptionError at start-up, when an option is missing or wrong; FicWebhooksError `endpoint-duplicate` at
   * start-up, when the name or the path is taken.
   *
   * @example
   * ```ts
   * FicWebhooksModule.forRoot({ path: 'webhooks/fic', sink: 'https://example.com/webhooks/fic', applicationId: 1234 });
   * ```
   */
  static forRoot<const H = Readonly<Record<never, never>>>(
    options: FicWebhooksModuleOptions<H>,
  ): DynamicModule {
    const { path, name, receiver, ...others } = options;
    const isGiven = receiver !== undefined && Object.keys(others).length === 0;
    return describeModule({ path, name }, [], (provide) => [
      // A factory, as Nest 10 would write out a value, with all that hangs on it, to tell modules apart.
      { provide, useFactory: () => (isGiven ? receiver : { ...others, ...(receiver && { receiver }) }) },
    ]);
  }

  /**
   * An endpoint whose options come from a factory, with what it injects.
   *
   * @throws InvalidOptionError and FicWebhooksError as `forRoot` does.
   *
   * @example
   * ```ts
   * FicWebhooksModule.forRootAsync({
   *   path: 'webhooks/fic',
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ sink: config.getOrThrow('FIC_SINK'), applicationId: 1234 }),
   * });
   * ```
   */
  static forRootAsync<const H = Readonly<Record<never, never>>>(
    options: FicWebhooksModuleAsyncOptions<H>,
  ): DynamicModule {
    return describeModule(options, options.imports ?? [], (provide) => provideAsync(provide, options));
  }
}

function describeModule(
  { path, name = defaultReceiver }: { path?: string | undefined; name?: string | undefined },
  imports: NonNullable<DynamicModule['imports']>,
  provideOptions: (token: symbol) => Provider[],
): DynamicModule {
  // All tokens carry the name: Nest 10 tells modules apart by what is written here.
  const optionsToken = Symbol.for(`@fic-webhooks/options:${name}`);
  const receiverToken = getFicReceiverToken(name);
  return {
    module: FicWebhooksModule,
    global: true,
    imports: [FicWebhooksCoreModule, ...imports],
    providers: [
      ...provideOptions(optionsToken),
      {
        provide: receiverToken,
        inject: [optionsToken],
        useFactory: (options: unknown) => createEndpointReceiver(name, options),
      },
      {
        provide: Symbol.for(`@fic-webhooks/endpoint:${name}:${path}`),
        inject: [endpointRegistryToken, receiverToken],
        useFactory(registry: EndpointRegistry, receiver: FicReceiver) {
          checkName(name);
          if (path !== undefined) checkPath(path);
          return registry.add({ name, path, receiver });
        },
      },
    ],
    exports: [receiverToken],
  };
}

function provideAsync(provide: symbol, options: FicWebhooksModuleAsyncOptions<unknown>): Provider[] {
  const { useFactory, useClass, useExisting } = options;
  if (useFactory !== undefined) {
    const inject = [...(options.inject ?? [])];
    return [{ provide, inject, useFactory: useFactory as FactoryProvider['useFactory'] }];
  }
  const create = (factory: FicWebhooksOptionsFactory) => factory.createFicWebhooksOptions();
  if (useExisting !== undefined) return [{ provide, inject: [useExisting], useFactory: create }];
  if (useClass !== undefined) {
    return [useClass, { provide, inject: [useClass], useFactory: create }];
  }
  throw new InvalidOptionError(
    'option-invalid',
    'useFactory',
    'forRootAsync is given neither useFactory nor useClass nor useExisting. Give one of them, or use forRoot.',
  );
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw new InvalidOptionError(
    'option-invalid',
    'name',
    `name is ${JSON.stringify(name)}. Give a text, such as 'b', or leave it out where there is one endpoint.`,
  );
}
