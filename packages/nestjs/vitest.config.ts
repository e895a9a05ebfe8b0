import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'nestjs',
    include: ['test/**/*.test.ts'],
    // Generous: apps are compiled and run in processes of their own, perhaps on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
