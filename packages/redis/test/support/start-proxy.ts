import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands between a client and Redis, and can lose what Redis answers. */
export interface Proxy {
  readonly port: number;
  /** The next answer is thrown away and its connection broken: the command has been run, and the client is not told. */
  loseNextAnswer(): void;
  /** From now on the connections that stand carry nothing, and are not broken, as if a cable had been pulled. */
  swallow(): void;
  /** Breaks all connections and takes no new ones, until it is mended. */
  cut(): void;
  mend(): void;
  /** New connections lead elsewhere, as when a name gets another address. */
  redirect(target: number): void;
}

/** Starts a proxy, until the end of the test. */
export async function startProxy(firstTarget: number): Promise<Proxy> {
  let losing = false;
  let isCut = false;
  let generation = 0;
  let target = firstTarget;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    const own = generation;
    near.on('data', (request) => {
      if (own === generation) far.write(request);
    });
    far.on('data', (answer) => {
      if (own !== generation) return;
      if (!losing) {
        near.write(answer);
        return;
      }
      losing = false;
      far.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    loseNextAnswer() {
      losing = true;
    },
    swallow() {
      generation++;
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    redirect(port) {
      target = port;
    },
  };
}
