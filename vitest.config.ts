import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most tests wait for servers, processes and clocks rather than for a processor.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: ['packages/*', 'bench', 'chaos', 'test'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.generated.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { 'packages/core/src/**': { lines: 95 } },
    },
  },
});
