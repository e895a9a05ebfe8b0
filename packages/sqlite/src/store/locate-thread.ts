import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FicWebhooksError } from '@fic-webhooks/core';

/**
 * Finds the file of the threads: beside this one, or, when a bundler has moved this one elsewhere, in the package.
 *
 * @throws FicWebhooksError `module-missing`.
 */
export function locateThread(): string {
  // In CommonJS, a bundle of it included, there is no `import.meta.url`; in ES modules there is no `__filename`.
  const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);
  const extension = extname(here) === '.cjs' ? 'cjs' : 'js';
  const beside = join(dirname(here), `store-thread.${extension}`);
  if (existsSync(beside)) return beside;
  for (const from of [here, join(process.cwd(), 'index.js')]) {
    try {
      return createRequire(from).resolve('@fic-webhooks/sqlite/store-thread');
    } catch {
      // A bundler may also have changed what this file takes for its own name.
    }
  }
  throw new FicWebhooksError(
    'module-missing',
    "The thread of the inbox was not found. Probably a bundler has put @fic-webhooks/sqlite into one file: mark it as external, together with 'libsql', and install both where the bundle runs.",
  );
}
