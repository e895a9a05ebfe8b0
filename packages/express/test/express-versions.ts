import { createRequire } from 'node:module';
import type express from 'express';

const require = createRequire(import.meta.url);

/** The Express module, with the types of Express 5 for all versions: what is used here is the same in all. */
export type ExpressModule = typeof express;

/** The oldest version of the peer range, the newest 4 and the newest 5. */
export const expressVersions: readonly (readonly [string, ExpressModule])[] = [
  'express-4.18',
  'express-4',
  'express',
].map((name) => {
  const { version } = require(`${name}/package.json`) as { version: string };
  return [version, require(name) as ExpressModule] as const;
});
