import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Snippets are compiled and run in processes of their own.
  test: { name: 'repository', include: ['**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 },
});
