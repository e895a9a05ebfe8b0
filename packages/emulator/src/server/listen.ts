import { type AddressInfo, isIP, isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../delivery/is-loopback.js';
import { EmulatorError } from '../emulator-error.js';
import { isUnspecified } from './is-unspecified.js';

/** Where to listen. */
export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly warn: (message: string) => void;
}

/**
 * Starts listening, and says loudly when that is not on this machine alone.
 *
 * @returns A URL that the guard lets in, without a slash at its end.
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
  return `http://${nameHost(host, actual)}:${bound.port}`;
}

/** What to call the emulator by: the name that was given, or an address that a request can be made to. */
function nameHost(host: string, address: string): string {
  if (isUnspecified(address)) return isIPv6(address) ? '[::1]' : '127.0.0.1';
  if (isIP(host) === 0) return host;
  return isIPv6(address) ? `[${address}]` : address;
}
