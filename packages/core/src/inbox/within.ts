import { FicWebhooksError } from '../errors/fic-webhooks-error.js';

/**
 * Settles as the work does.
 *
 * @throws FicWebhooksError `inbox-unreachable` when it takes longer than so many milliseconds.
 */
export function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(
        new FicWebhooksError(
          'inbox-unreachable',
          `The inbox did not answer within ${milliseconds} ms. Its store hangs, or is very slow: look at it.`,
        ),
      );
    const timer = setTimeout(late, milliseconds);
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
