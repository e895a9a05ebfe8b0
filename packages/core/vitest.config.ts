import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '#platform': fileURLToPath(new URL('src/platform/node.ts', import.meta.url)) } },
  test: { name: 'core', include: ['test/**/*.test.ts'], typecheck: { include: ['test/**/*.test-d.ts'] } },
});
