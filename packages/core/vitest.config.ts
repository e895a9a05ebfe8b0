import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { patience } from '../../vitest.patience.js';

export default defineConfig({
  resolve: {
    alias: {
      '#platform': fileURLToPath(new URL('src/platform/node.ts', import.meta.url)),
      // The source of both: the testing kit depends on this package, so this one cannot depend on what is built of it.
      '@fic-webhooks/core': fileURLToPath(new URL('src/index.ts', import.meta.url)),
      '@fic-webhooks/testing': fileURLToPath(new URL('../testing/src/index.ts', import.meta.url)),
    },
  },
  test: {
    ...patience,
    name: 'core',
    include: ['test/**/*.test.ts'],
    typecheck: { include: ['test/**/*.test-d.ts'] },
  },
});
