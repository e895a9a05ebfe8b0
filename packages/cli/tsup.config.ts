import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { 'fic-webhooks': 'src/fic-webhooks.ts' },
  format: ['esm'],
  target: 'node20',
  // What a command needs is loaded when that command runs.
  splitting: true,
  clean: true,
});
