import type { ServerResponse } from 'node:http';
import type { NodeRequest } from '@fic-webhooks/core/node';

/** The request of either platform: Fastify has that of Node.js inside. */
export type PlatformRequest = NodeRequest & {
  readonly raw?: NodeRequest;
  /** On Fastify: the route that was found, whose path may be written otherwise than the one in the request. */
  readonly routeOptions?: { readonly url?: string };
};

/** The response of either platform, as {@link PlatformRequest} is. */
export type PlatformResponse = ServerResponse & { readonly raw?: ServerResponse; hijack?(): unknown };
