import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Some tests wait for real processes to start.
  test: { name: 'cli', include: ['test/**/*.test.ts'], testTimeout: 30_000 },
});
