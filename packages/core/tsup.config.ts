import { readFile, writeFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';

/** Part of the built files, so that they are no dependencies, and so that CommonJS need not require ES modules. */
const bundled = ['p-retry', 'is-network-error'];

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    catalogue: 'src/catalogue/index.ts',
    cloudevents: 'src/cloudevents/index.ts',
    node: 'src/node/index.ts',
    subscriptions: 'src/subscriptions/index.ts',
    token: 'src/token/index.ts',
    'platform.node': 'src/platform/node.ts',
    'platform.web': 'src/platform/web.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  // Splitting in CommonJS too, so that every class exists once whichever entries are loaded together.
  splitting: true,
  dts: true,
  clean: true,
  // Resolved at run time through package.json "imports": one file is switched between Node and the rest.
  external: ['#platform'],
  noExternal: bundled,
  // Their licences want to go where they go.
  onSuccess: async () => {
    const licences = await Promise.all(
      bundled.map(async (name) => {
        const file = new URL('license', import.meta.resolve(name));
        return `${name}\n\n${await readFile(file, 'utf8')}`;
      }),
    );
    await writeFile('dist/THIRD-PARTY-LICENSES.txt', licences.join('\n'));
  },
});
