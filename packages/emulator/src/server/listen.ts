import { type AddressInfo, isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../delivery/is-loopback.js';
import { EmulatorError } from '../emulator-error.js';

/** Where to listen. */
export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly warn: (message: string) => void;
}

/**
 * Starts listening, and says loudly when that is not on this machine alone.
 *
 * @returns The URL, without a slash at its end.
 * @throws EmulatorError `port-in-use` or `option-invalid`.
 */
export async function listen(server: FastifyInstance, { port, host, warn }: ListenOptions): Promise<string> {
  try {
    await server.listen({ port, host });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EADDRINUSE') {
      throw new EmulatorError(
        'port-in-use',
        `Port ${port} is in use. Probably another emulator runs: stop it, or give another port (0 takes a free one).`,
        { field: 'port', cause: error },
      );
    }
    throw new EmulatorError(
      'option-invalid',
      `The emulator cannot listen on ${host}, port ${port}: ${String(error)}`,
      {
        field: 'host',
        cause: error,
      },
    );
  }
  const bound = server.server.address() as AddressInfo;
  const actual = bound.address;
  if (!isLoopback(actual)) {
    warn(
      `The emulator listens on ${actual}: everybody on the network can reach it, read what it recorded and make it call sinks.`,
    );
  }
  const name = host === 'localhost' ? 'localhost' : isIPv6(actual) ? `[${actual}]` : actual;
  return `http://${name}:${bound.port}`;
}
