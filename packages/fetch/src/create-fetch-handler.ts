import { type FicReceiver, type ReceiverOptions, resolveReceiver } from '@fic-webhooks/core';
import { type FetchRequestOptions, toReceiverRequest } from './receiver-request.js';
import { toResponse } from './to-response.js';

/** The third argument of a Workers handler, as far as it is used. */
export interface FetchContext {
  waitUntil?(work: Promise<unknown>): unknown;
}

/**
 * Answers one request. Rejects only when the function that makes the receiver throws.
 *
 * @param env - The environment of the request, such as the bindings of a Worker, for the function that makes the receiver.
 * @param context - Its `waitUntil` keeps the instance alive for a handler that outlives its answer.
 */
export type AnswerRequest<Env> = (request: Request, env?: Env, context?: FetchContext) => Promise<Response>;

/** A handler in the forms that runtimes ask for: a function, and an object with methods. All of them are the same. */
export interface FetchHandler<Env = unknown> extends AnswerRequest<Env> {
  /** For the default export of Bun, Deno and Workers. */
  readonly fetch: AnswerRequest<Env>;
  /** For a Next.js route. */
  readonly GET: AnswerRequest<Env>;
  /** For a Next.js route. */
  readonly POST: AnswerRequest<Env>;
}

/**
 * A handler for every runtime with `Request` and `Response`. It answers every request it is given: routing is the caller's.
 *
 * @param receiver - A receiver, or the options of one; or a function that makes the receiver at the first request, where
 * settings come with it (`env` of Workers) or are not there before it (`next build`). A function with a parameter is called
 * once for each environment object, one without a parameter once.
 * @throws InvalidOptionError as `createReceiver` does.
 *
 * @example
 * ```ts
 * const handler = createFetchHandler(receiver);
 * app.all('/webhooks/fic', (c) => handler(c.req.raw)); // Hono
 * export const { GET, POST } = handler; // Next.js
 * export default { fetch: handler.fetch }; // Bun, Deno, Workers
 * ```
 */
export function createFetchHandler<const H = Readonly<Record<never, never>>, Env = unknown>(
  receiver: FicReceiver | ReceiverOptions<H> | ((env: Env) => FicReceiver),
  { waitUntil }: FetchRequestOptions = {},
): FetchHandler<Env> {
  const find = typeof receiver === 'function' ? remember(receiver) : always(resolveReceiver(receiver));
  const answer: AnswerRequest<Env> = async (request, env, context) => {
    const keepAlive = waitUntil ?? (context?.waitUntil && ((work) => context.waitUntil?.(work)));
    const options = { waitUntil: keepAlive };
    return toResponse(await find(env as Env).handle(toReceiverRequest(request, options)));
  };
  return Object.assign(answer, { fetch: answer, GET: answer, POST: answer });
}

function always(receiver: FicReceiver): () => FicReceiver {
  return () => receiver;
}

/** Makes a receiver when one is first asked for. One for each request would remember nothing. */
function remember<Env>(create: (env: Env) => FicReceiver): (env: Env) => FicReceiver {
  const made = new WeakMap<object, FicReceiver>();
  return (env) => {
    // What a runtime passes beside the request need not be an environment: Next.js and Deno pass a new object each time.
    const key = create.length > 0 && typeof env === 'object' && env !== null ? env : create;
    const receiver = made.get(key) ?? create(env);
    made.set(key, receiver);
    return receiver;
  };
}
