/**
 * Goes on with a value: at once when it is there, else when it has come.
 *
 * What has to be waited for is known by its `then` and not by `instanceof Promise`: the promises of a platform may come
 * from another realm, as those of WebCrypto do in the edge runtime of Next.js, and one that passed for a value would be
 * a verdict that is always true.
 *
 * The stages of a request are functions chained with this and not `async` functions: mostly only the signature, the body
 * and the handler have to be waited for, and each needless `await` costs memory and a turn of the microtask queue, on a
 * path that must not cost more than a tenth of the signature check.
 */
export function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return isPlain(value) ? next(value as T) : (value as Promise<T>).then(next);
}

/** True when there is nothing to wait for. Throws only when looking at the value does. */
export function isPlain<T>(value: T): value is Exclude<T, PromiseLike<unknown>> {
  // Read and not looked for with `in`, which the engine does the slow way where it sees many shapes.
  const canHaveMembers = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return !canHaveMembers || (value as { then?: unknown }).then === undefined;
}
