import type { ServerResponse } from 'node:http';

/** All by which an answer is begun, changed or ended. */
const writers = [
  'appendHeader',
  'end',
  'flushHeaders',
  'removeHeader',
  'setHeader',
  'setHeaders',
  'write',
  'writeHead',
] as const;

/**
 * Keeps everybody from answering a request until it is released. An interceptor may give up waiting, and what Nest makes of
 * that is an answer of its own: on Fastify even a 200, for an event that may still fail.
 *
 * @returns Releases it. What others had put in place of these methods is there again.
 *
 * @see https://docs.nestjs.com/interceptors#more-operators
 */
export function holdResponse(response: ServerResponse): () => void {
  const earlier = [...writers, 'headersSent'].map(
    (name) => [name, Object.getOwnPropertyDescriptor(response, name)] as const,
  );
  const ignore = () => response;
  for (const name of writers) {
    Object.defineProperty(response, name, { configurable: true, writable: true, value: ignore });
  }
  // Nest looks at it before it answers, and leaves the headers alone then.
  Object.defineProperty(response, 'headersSent', { configurable: true, get: () => true });
  return () => {
    for (const [name, descriptor] of earlier) {
      if (descriptor === undefined) Reflect.deleteProperty(response, name);
      else Object.defineProperty(response, name, descriptor);
    }
  };
}
