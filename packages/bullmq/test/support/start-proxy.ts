import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands between a client and a server. */
export interface Proxy {
  readonly port: number;
  /** How many bytes have come from the server. */
  received(): number;
  /** From now on the connections that stand carry nothing, and are not broken, as if a cable had been pulled. */
  swallow(): void;
}

/** Starts a proxy, until the end of the test. */
export async function startProxy(target: number): Promise<Proxy> {
  let generation = 0;
  let received = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const own = generation;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.on('data', (bytes) => {
        if (from === far) received += bytes.length;
        if (own === generation) to.write(bytes);
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    swallow() {
      generation++;
    },
  };
}
