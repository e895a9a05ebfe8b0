import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('page', import.meta.url)),
  // The page finds its files beside itself, wherever it is mounted.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { alias: { react: 'preact/compat', 'react-dom': 'preact/compat' } },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the emulator's server, `default-src 'self'`, forbids data URIs and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
