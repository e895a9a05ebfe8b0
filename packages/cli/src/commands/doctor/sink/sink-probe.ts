import { gzipSync } from 'node:zlib';
import {
  challengeRequest,
  createTestKeyPair,
  type SendableRequest,
  SendError,
  type SignNotificationOptions,
  sendOverHttp,
  signNotification,
  type TestResponse,
} from '@fic-webhooks/testing';

/** What a sink answered, or why it did not. */
export type Reply =
  | (TestResponse & { readonly kind: 'answer'; readonly milliseconds: number; readonly challenge?: string })
  | { readonly kind: 'silence'; readonly error: SendError };

/** How to ask a sink. */
export interface SinkProbeOptions {
  readonly sink: string;
  readonly applicationId: number | undefined;
  readonly privateKey: string | undefined;
  /** Milliseconds for one exchange. */
  readonly timeout: number;
}

/** Answers to what nobody but Fatture in Cloud may be answered for. */
export interface ForgedReplies {
  readonly get: Reply;
  readonly post: Reply;
  readonly postWithoutToken: Reply;
}

/** Answers to what Fatture in Cloud would send. */
export interface GenuineReplies {
  readonly challengeInHeader: Reply;
  readonly challengeInQuery: Reply;
  readonly binary: Reply;
  readonly structured: Reply;
}

/** An answer to a body that parsers stumble over. */
export interface OddBodyReply {
  /** What is odd about it. */
  readonly what: string;
  readonly reply: Reply;
}

/** Nobody acts on a welcome event: a sink that lets a forged one in does nothing wrong with it. */
const harmless = { name: 'subscriptions.welcome', companyId: 1 } as const;

/** Made for another sink, so that no receiver takes it for a token with a new key of Fatture in Cloud. */
const elsewhere = 'https://example.org/';

/** Over the limit of 100 kB that body parsers mostly have. */
const largeBody = JSON.stringify({
  data: { ids: Array.from({ length: 40_000 }, (_, index) => 3_000_000 + index) },
});

/** Asks a sink what Fatture in Cloud and others might ask. Follows no redirect. */
export class SinkProbe {
  readonly #options: SinkProbeOptions;
  readonly #send: (request: SendableRequest) => Promise<TestResponse>;
  readonly #forgery = { privateKey: createTestKeyPair().privateKey, sink: elsewhere };

  constructor(options: SinkProbeOptions) {
    this.#options = options;
    this.#send = sendOverHttp(options.sink, { timeout: options.timeout });
  }

  /** A verification request from somebody who has no token. */
  askWithoutToken(): Promise<Reply> {
    return this.#challenge({ ...this.#forgery, headers: { authorization: undefined } });
  }

  async sendForgeries(): Promise<ForgedReplies> {
    return {
      get: await this.#challenge(this.#forgery),
      post: await this.#post({ ...this.#forgery, data: { ids: [] } }),
      postWithoutToken: await this.#post({ ...this.#forgery, headers: { authorization: undefined } }),
    };
  }

  /** Every one of them is to be refused for its token, whatever its body. */
  async sendOddBodies(): Promise<OddBodyReply[]> {
    const bodies: [what: string, options: Partial<SignNotificationOptions>, body?: Uint8Array][] = [
      ['an empty body', { body: '' }],
      ['application/cloudevents+json', { mode: 'structured', contentType: 'application/cloudevents+json' }],
      ['a body that is not JSON', { body: '{"data":' }],
      ['a body of 320 kB', { body: largeBody }],
      ['a gzip body', { headers: { 'content-encoding': 'gzip' } }, gzipSync('{"data":{"ids":[1]}}')],
    ];
    const replies: OddBodyReply[] = [];
    for (const [what, options, bytes] of bodies) {
      replies.push({ what, reply: await this.#post({ ...this.#forgery, ...options }, bytes) });
    }
    return replies;
  }

  /** @returns Undefined without a key. */
  async sendGenuine(): Promise<GenuineReplies | undefined> {
    const { sink, privateKey, applicationId } = this.#options;
    if (privateKey === undefined) return undefined;
    const signing = { sink, privateKey, ...(applicationId !== undefined && { applicationId }) };
    return {
      challengeInHeader: await this.#challenge(signing),
      challengeInQuery: await this.#challenge({ ...signing, method: 'query' }),
      binary: await this.#post(signing),
      structured: await this.#post({ ...signing, mode: 'structured' }),
    };
  }

  async #challenge(options: Parameters<typeof challengeRequest>[0]): Promise<Reply> {
    const request = challengeRequest(options);
    const reply = await this.#exchange(request);
    return reply.kind === 'answer' ? { ...reply, challenge: request.challenge } : reply;
  }

  #post(options: SignNotificationOptions, bytes?: Uint8Array): Promise<Reply> {
    const { headers, body } = signNotification(harmless, options);
    return this.#exchange({ headers, body: bytes ?? body });
  }

  async #exchange(request: SendableRequest): Promise<Reply> {
    const start = performance.now();
    try {
      const response = await this.#send(request);
      return { kind: 'answer', ...response, milliseconds: Math.round(performance.now() - start) };
    } catch (error) {
      if (error instanceof SendError) return { kind: 'silence', error };
      throw error;
    }
  }
}
