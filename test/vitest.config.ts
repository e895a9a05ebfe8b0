import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { patience } from '../vitest.patience.js';

export default defineConfig({
  // The source and not what was built from it, so that what test/subscriptions runs counts as covered.
  resolve: {
    alias: {
      '@fic-webhooks/core/subscriptions': fileURLToPath(
        new URL('../packages/core/src/subscriptions/index.ts', import.meta.url),
      ),
    },
  },
  // Snippets are compiled and run in processes of their own.
  test: { ...patience, name: 'repository', include: ['**/*.test.ts'] },
});
