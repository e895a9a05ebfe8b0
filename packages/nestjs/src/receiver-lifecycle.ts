import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { describeReceiver } from './create-endpoint-receiver.js';
import { type EndpointRegistry, endpointRegistryToken } from './endpoint-registry.js';

/** Lets the receivers begin and end with the app. */
@Injectable()
export class ReceiverLifecycle implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #registry: EndpointRegistry;

  constructor(@Inject(endpointRegistryToken) registry: EndpointRegistry) {
    this.#registry = registry;
  }

  /** An inbox that does not keep what it is given stops the start, before anything is listened to. */
  async onModuleInit(): Promise<void> {
    try {
      await Promise.all(this.#receivers().map((receiver) => receiver.ready()));
    } catch (error) {
      // Nest runs no hooks of an app that did not start, and what is left open would keep the process alive.
      await this.#close();
      throw error;
    }
  }

  /** Now the handlers are there: those of decorators, and those that an `onModuleInit` of the app registers by hand. */
  async onApplicationBootstrap(): Promise<void> {
    await Promise.all(this.#receivers().map((receiver) => describeReceiver(receiver)?.startWork()));
  }

  /**
   * While the server still listens: what is in flight finishes, what comes later is answered 503 and comes again, and the
   * worker finishes or releases what it has begun. After this hook Nest closes the server, which waits for connections
   * but not for handlers that outlive their answer.
   */
  beforeApplicationShutdown(): Promise<void> {
    return this.#close();
  }

  async #close(): Promise<void> {
    await Promise.all(this.#receivers().map((receiver) => receiver.close()));
  }

  #receivers() {
    return this.#registry.all().map(({ receiver }) => receiver);
  }
}
