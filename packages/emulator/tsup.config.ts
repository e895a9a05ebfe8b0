import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  target: 'node20',
  splitting: true,
  dts: true,
  // Not `clean`: the page is built into the same folder.
  shims: true,
});
