import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { StreamMessages } from '../../src/control/views.js';

/** One message as it arrived. */
type Received = {
  [Name in keyof StreamMessages]: { readonly name: Name; readonly data: StreamMessages[Name] };
}[keyof StreamMessages];

/** Someone who listens to the stream, and reads it. */
export interface Listener {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly messages: Received[];
  /** True once the server has ended the stream properly. */
  readonly hasEnded: () => boolean;
  /** The data of all messages of one name. */
  of<Name extends keyof StreamMessages>(name: Name): StreamMessages[Name][];
  /** Waits until it is so, at most 10 seconds. */
  until(isSo: () => boolean): Promise<void>;
  close(): void;
}

/** Connects, and resolves when the stream has begun. */
export async function listenToStream(base: string): Promise<Listener> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${base}/_emulator/events-stream`, { agent: false }, resolve).on('error', reject);
  });
  const messages: Received[] = [];
  let rest = '';
  let hasEnded = false;
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const name = /^event:(.*)$/m.exec(block)?.[1] as Received['name'] | undefined;
      const data = /^data:(.*)$/m.exec(block)?.[1];
      if (name !== undefined && data !== undefined) {
        messages.push({ name, data: JSON.parse(data) as never });
      }
    }
  });
  response.on('end', () => {
    hasEnded = true;
  });
  response.on('error', () => {});
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    messages,
    hasEnded: () => hasEnded,
    of: (name) => messages.filter((message) => message.name === name).map(({ data }) => data as never),
    until: async (isSo) => {
      const start = performance.now();
      while (!isSo()) {
        if (performance.now() - start > 10_000) {
          throw new Error(`Not within 10 seconds. Received: ${messages.map(({ name }) => name).join(', ')}`);
        }
        await delay(5);
      }
    },
    close: () => response.destroy(),
  };
}
