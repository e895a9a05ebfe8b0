import { benchProcessStart } from './process-start.js';

/** Processes that only load the receiver's entry point. */
export const benchImportTime = benchProcessStart({
  processes: [
    {
      name: 'start with @fic-webhooks/core, ESM',
      args: ['--input-type=module', '-e', "import '@fic-webhooks/core'"],
    },
    { name: 'start with @fic-webhooks/core, CommonJS', args: ['-e', "require('@fic-webhooks/core')"] },
  ],
  target: { median: 1.5 },
});
