import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the inspector page once before all tests, unless the built one is newer than its sources. */
export async function setup(): Promise<void> {
  const builtAt = modifiedAt(join(root, 'dist/page/index.html'));
  const sources = [join(root, 'vite.config.ts'), ...filesBelow(join(root, 'page'))];
  if (sources.every((file) => modifiedAt(file) < builtAt)) return;
  const { NODE_ENV } = process.env;
  // The test runner says `test`, and the bundler would make another page than the one that is shipped.
  process.env['NODE_ENV'] = 'production';
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' });
  process.env['NODE_ENV'] = NODE_ENV;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Milliseconds since the epoch; 0 when there is no such file. */
function modifiedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
