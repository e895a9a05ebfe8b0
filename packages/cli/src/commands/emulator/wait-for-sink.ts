import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks, and for one look. */
const interval = 500;

/** Whether something accepts connections where the sink is. */
export function isListening(sink: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(sink);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port || (protocol === 'https:' ? 443 : 80)),
      timeout: interval,
    });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/**
 * Waits until something listens where the sink is.
 *
 * @returns False when the signal aborted before.
 */
export async function waitForSink(sink: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await isListening(sink)) return true;
    // Only an abort rejects it, and the loop looks at that.
    await delay(interval, undefined, { signal }).catch(() => {});
  }
  return false;
}
