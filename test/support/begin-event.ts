import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { SignedNotification } from '@fic-webhooks/testing';

/**
 * Sends a notification without its body, and waits until the server is at it.
 *
 * @returns Sends the body, and gives the status of the answer.
 */
export async function beginEvent(
  url: string,
  { headers, body }: SignedNotification,
): Promise<() => Promise<number | undefined>> {
  // Node.js says that it goes on as it hands the request to the app.
  const asking = { ...headers, 'content-length': Buffer.byteLength(body), expect: '100-continue' };
  const begun = request(url, { method: 'POST', agent: false, headers: asking });
  const answered = once(begun, 'response') as Promise<[IncomingMessage]>;
  // A test that fails before does not wait for the answer.
  answered.catch(() => {});
  begun.flushHeaders();
  await once(begun, 'continue');
  return async () => {
    begun.end(body);
    const [response] = await answered;
    response.resume();
    return response.statusCode;
  };
}
