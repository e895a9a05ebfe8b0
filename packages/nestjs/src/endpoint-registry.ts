import { type FicReceiver, FicWebhooksError } from '@fic-webhooks/core';
import { createNodeHandler, type NodeHandler } from '@fic-webhooks/core/node';
import { Injectable } from '@nestjs/common';
import { defaultReceiver } from './fic-receiver-token.js';

/** Injects the registry, whichever copy of this package asks. */
export const endpointRegistryToken = Symbol.for('@fic-webhooks/endpoint-registry');

/** One receiver of the app, and where its requests come in. */
export interface Endpoint {
  readonly name: string;
  /** As configured; undefined when the app brings the requests. */
  readonly path: string | undefined;
  readonly receiver: FicReceiver;
  readonly handle: NodeHandler;
}

/** The endpoints of one app. */
@Injectable()
export class EndpointRegistry {
  readonly #endpoints = new Map<string, Endpoint>();

  /**
   * Adds an endpoint.
   *
   * @throws FicWebhooksError `endpoint-duplicate` when the name is taken.
   */
  add({ name, path, receiver }: Omit<Endpoint, 'handle'>): Endpoint {
    if (this.#endpoints.has(name)) {
      throw new FicWebhooksError(
        'endpoint-duplicate',
        `FicWebhooksModule.forRoot is called twice for the endpoint '${name}'. Give each endpoint a name of its own: ` +
          "forRoot({ name: 'second', … }). To use a receiver in another module, inject it with @InjectFicReceiver(); " +
          'the module is global and imported once.',
      );
    }
    const endpoint = { name, path, receiver, handle: createNodeHandler(receiver) };
    this.#endpoints.set(name, endpoint);
    return endpoint;
  }

  /**
   * The endpoint of this name.
   *
   * @param user - Who asks, for the error: `@OnFicEvent on Clients.changed`.
   * @throws FicWebhooksError `receiver-unknown`.
   */
  get(name: string, user: string): Endpoint {
    const endpoint = this.#endpoints.get(name);
    if (endpoint !== undefined) return endpoint;
    const names = [...this.#endpoints.keys()].map((one) => `'${one}'`).join(', ');
    const cure =
      name === defaultReceiver
        ? 'Name one of them, or call FicWebhooksModule.forRoot without a name.'
        : `Name one of them, or call FicWebhooksModule.forRoot({ name: '${name}', … }).`;
    throw new FicWebhooksError(
      'receiver-unknown',
      `${user} wants the receiver '${name}', which does not exist. There is: ${names || 'none'}. ${cure}`,
    );
  }

  all(): readonly Endpoint[] {
    return [...this.#endpoints.values()];
  }
}
