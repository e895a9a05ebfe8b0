import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    catalogue: 'src/catalogue/index.ts',
    cloudevents: 'src/cloudevents/index.ts',
    node: 'src/node/index.ts',
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
});
