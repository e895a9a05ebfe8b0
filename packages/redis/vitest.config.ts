import { defineConfig } from 'vitest/config';
import { patience } from '../../vitest.patience.js';

export default defineConfig({
  test: { ...patience, name: 'redis', include: ['test/**/*.test.ts'] },
});
