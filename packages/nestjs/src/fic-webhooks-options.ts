import type { FicReceiver, ReceiverOptions } from '@fic-webhooks/core';
import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';

/** What every endpoint has, however its receiver is made. */
export interface FicWebhooksEndpointOptions {
  /**
   * Where notifications are received, such as `webhooks/fic`: an exact path, without parameters. The global prefix is
   * put before it. A slash at the end of the request's path makes no difference. Leave it out when a
   * `@FicWebhooksController` brings the requests.
   */
  path?: string;
  /** Tells endpoints apart. Default: `default`. */
  name?: string;
}

/**
 * Options of `FicWebhooksModule.forRoot`: those of `createReceiver`, or a receiver that is made already.
 *
 * @example
 * ```ts
 * const options: FicWebhooksModuleOptions = {
 *   path: 'webhooks/fic',
 *   sink: 'https://example.com/webhooks/fic',
 *   applicationId: 1234,
 * };
 * ```
 */
export type FicWebhooksModuleOptions<H = Readonly<Record<never, never>>> = FicWebhooksEndpointOptions &
  ((ReceiverOptions<H> & { receiver?: undefined }) | { receiver: FicReceiver });

/** What the factory of `forRootAsync` gives: options of `createReceiver`, or a receiver. */
export type FicWebhooksFactoryResult<H = Readonly<Record<never, never>>> = ReceiverOptions<H> | FicReceiver;

/**
 * A class that makes options, for `useClass` and `useExisting`.
 *
 * @example
 * ```ts
 * class WebhookConfig implements FicWebhooksOptionsFactory {
 *   createFicWebhooksOptions() {
 *     return { sink: 'https://example.com/webhooks/fic', applicationId: 1234 };
 *   }
 * }
 * ```
 */
export interface FicWebhooksOptionsFactory {
  createFicWebhooksOptions(): FicWebhooksFactoryResult | Promise<FicWebhooksFactoryResult>;
}

/** How `forRootAsync` gets its options: exactly one of three ways. */
type FicWebhooksFactory<H> =
  | {
      /** Makes the options. Its arguments are what `inject` names. */
      useFactory: (
        ...dependencies: never[]
      ) => FicWebhooksFactoryResult<H> | Promise<FicWebhooksFactoryResult<H>>;
      /** The tokens of the factory's arguments. */
      inject?: readonly (InjectionToken | OptionalFactoryDependency)[];
      useClass?: undefined;
      useExisting?: undefined;
    }
  | {
      /** Makes the options, with an instance of its own. */
      useClass: Type<FicWebhooksOptionsFactory>;
      useFactory?: undefined;
      useExisting?: undefined;
    }
  | {
      /** The token of a provider that makes the options. */
      useExisting: InjectionToken<FicWebhooksOptionsFactory>;
      useFactory?: undefined;
      useClass?: undefined;
    };

/**
 * Options of `FicWebhooksModule.forRootAsync`. The path and the name are static and stand beside the factory.
 *
 * @example
 * ```ts
 * const options: FicWebhooksModuleAsyncOptions = {
 *   path: 'webhooks/fic',
 *   imports: [ConfigModule],
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({ sink: config.getOrThrow('FIC_SINK'), applicationId: 1234 }),
 * };
 * ```
 */
export type FicWebhooksModuleAsyncOptions<H = Readonly<Record<never, never>>> = FicWebhooksEndpointOptions &
  Pick<ModuleMetadata, 'imports'> &
  FicWebhooksFactory<H>;
