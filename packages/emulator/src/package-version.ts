import { readFileSync } from 'node:fs';

/** The version of this package, from its `package.json`: the same place as seen from `src/` and from the flat `dist/`. */
export function readPackageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
