import { createRequire } from 'node:module';
import type Fastify from 'fastify';

const require = createRequire(import.meta.url);

/** What makes an app, with the types of the newest Fastify for all versions: what is used here is the same in all. */
export type FastifyFactory = typeof Fastify;

/** The oldest version of the peer range, and the newest. */
export const fastifyVersions: readonly (readonly [string, FastifyFactory])[] = ['fastify-5.0', 'fastify'].map(
  (name) => {
    const { version } = require(`${name}/package.json`) as { version: string };
    return [version, require(name) as FastifyFactory] as const;
  },
);
