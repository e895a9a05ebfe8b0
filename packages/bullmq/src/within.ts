/**
 * What the promise gives, unless it takes longer than so many milliseconds.
 *
 * @throws What `late` makes, when it takes longer. The promise itself goes on.
 */
export function within<T>(promise: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
