import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An endpoint that listens. */
export interface Listening {
  readonly url: string;
  close(): Promise<unknown>;
}

/** Listens on a free port of loopback. */
export async function listen(server: Server, path = '/'): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
