import type { HeadersInput } from '../http/collect-headers.js';
import type { Logger } from './logger.js';

/** What an adapter found when it was asked for the body. */
export type BodyResult =
  | {
      /** The bytes of the body. */
      readonly bytes: Uint8Array;
      /** True when a Content-Encoding has been undone already, as body parsers do. Default false. */
      readonly decoded?: boolean;
    }
  | {
      /** The body as another parser left it: the JSON value, not its text. */
      readonly parsed: unknown;
    }
  | {
      readonly failed: 'too-large' | 'timeout' | 'aborted' | 'consumed' | 'unparseable';
      /** For the log: what is known of the culprit. */
      readonly detail?: string;
    };

/**
 * A request as the receiver sees it. An adapter makes one from its framework's request; everything is lazy.
 *
 * @example
 * ```ts
 * const request: ReceiverRequest = {
 *   method: 'POST',
 *   headers: [['Authorization', `Bearer ${token}`]],
 *   query: () => undefined,
 *   body: async () => ({ bytes }),
 * };
 * ```
 */
export interface ReceiverRequest {
  /** `GET`, `POST`, … */
  readonly method: string;
  /** Raw name and value pairs where the framework has them, so that repeated headers are seen as such. */
  readonly headers: HeadersInput;
  /**
   * The value of a query parameter, decoded; undefined when it is absent; all values when it is repeated.
   */
  query(name: string): string | readonly string[] | undefined;
  /**
   * Reads the body. Called at most once, and only after the token has been verified. A body that is at hand may be given
   * at once, without a promise.
   *
   * @param limit - The most bytes to read; more is `too-large`.
   */
  body(limit: number): BodyResult | Promise<BodyResult>;
  /** The framework's own logger, where it has one for each request. */
  readonly logger?: Logger;
  /**
   * Keeps the instance alive until the work has ended, on platforms that may end it once the answer is out: `waitUntil`
   * of Workers, `after` of Next.js. Given the handling of the event, which may outlive its answer, and callbacks such as
   * `onAlert` that are asynchronous. The promises never reject. What it throws is swallowed.
   */
  waitUntil?(work: Promise<unknown>): void;
}

/** What of a request is needed after it has been read. */
export type RequestScope = Pick<ReceiverRequest, 'logger' | 'waitUntil'>;
