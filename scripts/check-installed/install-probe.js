import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installFrom } from './install-from.js';

/** What the packages are used with. */
const others = [
  'express@5',
  '@types/express@5',
  'fastify@5',
  'ioredis@6',
  'pg@8',
  '@types/pg@8',
  // The newest that CommonJS can import under all compilers: 12 is published as ES modules only.
  '@nestjs/common@11',
  '@nestjs/core@11',
  'reflect-metadata@0.2',
  'rxjs@7',
  '@types/node@20',
];

/**
 * A new project with all packages in it, and nothing else of this repository.
 *
 * @param {{ folder: string, registry: string, cache: string }} target
 * @param {readonly string[]} packages Ours, with their versions.
 */
export async function installProbe(target, packages) {
  await mkdir(target.folder);
  await writeFile(join(target.folder, 'package.json'), JSON.stringify({ name: 'probe', private: true }));
  await installFrom(target, [...packages, ...others]);
}
