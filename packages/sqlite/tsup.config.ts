import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', 'store-thread': 'src/store-thread.ts' },
  format: ['esm', 'cjs'],
  target: 'node20',
  splitting: true,
  dts: { entry: { index: 'src/index.ts' } },
  clean: true,
  esbuildOptions(options, { format }) {
    // Looked at in ES modules only: see locate-thread.ts. In CommonJS it would be a syntax error.
    if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': '""' };
  },
});
