/**
 * Goes on with a value: at once when it is there, else when it has come.
 *
 * The stages of a request are functions chained with this and not `async` functions: mostly only the signature, the body
 * and the handler have to be waited for, and each needless `await` costs memory and a turn of the microtask queue, on a
 * path that must not cost more than a tenth of the signature check.
 */
export function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** True when there is nothing to wait for. Throws only when looking at the value does. */
export function isPlain<T>(value: T): value is Exclude<T, PromiseLike<unknown>> {
  return typeof value !== 'object' || value === null || !('then' in value);
}
