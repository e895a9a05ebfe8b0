import fastify, { type FastifyInstance } from 'fastify';
import { subscriptionsApi } from '../api/subscriptions-api.js';
import { controlApi } from '../control/control-api.js';
import type { EmulatorControls } from '../emulator.js';
import type { Service } from '../service.js';
import { guard, refuseUnroutable } from './guard.js';

/** What the server is made of. */
export interface ServerOptions {
  readonly service: Service;
  readonly emulator: EmulatorControls;
  /** The address that it will listen on. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
}

/** The HTTP server: the Subscriptions API of Fatture in Cloud at its root, the emulator's own calls under `/_emulator/`. */
export async function createServer({
  service,
  emulator,
  host,
  allowedHosts,
}: ServerOptions): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    frameworkErrors: refuseUnroutable,
  });
  guard(server, { allowedHosts: [host, ...allowedHosts] });
  await server.register(subscriptionsApi, { service });
  await server.register(controlApi, { service, emulator, prefix: '/_emulator' });
  return server;
}
