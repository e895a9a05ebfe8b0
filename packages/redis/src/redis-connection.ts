import { FicWebhooksError } from '@fic-webhooks/core';
import type { Cluster, Redis } from 'ioredis';
import { explainFailure, explainSilence } from './explain-failure.js';
import { type OpenedClient, openClient } from './open-client.js';
import type { RedisStoreConnection } from './redis-store-options.js';
import type { Script } from './scripts.js';

/** One run of a script. */
export interface Call {
  readonly script: Script;
  readonly key: string;
  readonly args: readonly (string | number)[];
  /** Milliseconds. */
  readonly within: number;
  /** It failed, and yet Redis may have run it, or may run it later. */
  readonly onUncertain?: () => void;
}

/** Runs scripts, each in one round trip and within a time, whatever state the connection is in. */
export class RedisConnection {
  readonly #opened: OpenedClient;
  #closed = false;
  /** What the client met last while it was not ready. */
  #trouble: unknown;

  constructor(connection: RedisStoreConnection) {
    this.#opened = openClient(connection);
    const { client, own } = this.#opened;
    if (!own) return;
    client.on('error', (error) => {
      this.#trouble = error;
    });
    client.on('ready', () => {
      this.#trouble = undefined;
    });
  }

  /**
   * @returns What the script gave.
   * @throws FicWebhooksError `store-unreachable` or `store-full`, within `within`.
   */
  run(call: Call): Promise<unknown> {
    const { place } = this.#opened;
    const { within, onUncertain } = call;
    const state = { late: false, sent: false };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        state.late = true;
        reject(explainSilence(this.#trouble, { place, within, sent: state.sent }));
        if (state.sent) onUncertain?.();
      }, within);
      this.#send(call, state).then(
        (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        (error: unknown) => {
          clearTimeout(timer);
          reject(explainFailure(error, { place }));
          if (state.sent && !state.late && !isReply(error)) onUncertain?.();
        },
      );
    });
  }

  /** What Redis says about itself in a section of INFO. */
  async inform(section: string): Promise<string> {
    return this.#opened.client.info(section);
  }

  /** Ends the connection, unless it is the caller's. Does not wait for Redis. */
  close(): void {
    this.#closed = true;
    const { client, own } = this.#opened;
    if (own) client.disconnect();
  }

  async #send({ script, key, args }: Call, state: { late: boolean; sent: boolean }): Promise<unknown> {
    const { client, own } = this.#opened;
    // A client that has just been told to end is ready still.
    if (client.status !== 'ready' || (own && this.#closed)) await this.#untilReady();
    if (state.late) return undefined;
    state.sent = true;
    try {
      return await client.evalsha(script.sha, 1, key, ...args);
    } catch (error) {
      if (!isReply(error) || !error.message.startsWith('NOSCRIPT')) throw error;
      // Redis forgets scripts when it restarts. Sending one makes it known.
      if (state.late) return undefined;
      return await client.eval(script.lua, 1, key, ...args);
    }
  }

  /** Resolves when commands can be sent. */
  #untilReady(): Promise<void> {
    const { client, own, place } = this.#opened;
    if (this.#closed || (client.status === 'end' && !own)) {
      const who = this.#closed ? 'store' : 'client';
      return Promise.reject(
        new FicWebhooksError(
          'store-unreachable',
          `${place} is not asked any more: the ${who} has been closed. Close it after the receiver, with the process.`,
        ),
      );
    }
    const ready = becomingReady.get(client) ?? whenReady(client);
    // What becomes of it is told by the events.
    if (client.status === 'wait' || client.status === 'end') client.connect().catch(() => {});
    return ready.catch(() => Promise.reject(this.#trouble ?? new Error('Connection is closed')));
  }
}

/** One promise for all who wait for a client: a burst, or many stores on one client, must not add a listener each. */
const becomingReady = new WeakMap<Redis | Cluster, Promise<void>>();

function whenReady(client: Redis | Cluster): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    const settle = () => {
      client.off('ready', settle);
      client.off('end', settle);
      becomingReady.delete(client);
      if (client.status === 'ready') resolve();
      else reject(new Error('Connection is closed'));
    };
    client.on('ready', settle);
    client.on('end', settle);
  });
  becomingReady.set(client, ready);
  return ready;
}

/** Whether Redis itself said it: then it is certain that the script did not run. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
