import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Some tests run the whole suite several times, or start other test runners.
  test: { name: 'testing', include: ['test/**/*.test.ts'], testTimeout: 30_000 },
});
