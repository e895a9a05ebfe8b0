import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { benchProcessStart } from './process-start.js';

const manifest = createRequire(import.meta.url).resolve('fic-webhooks/package.json');
const command = join(dirname(manifest), 'bin', 'fic-webhooks.js');

/** Processes that print the help of the command `fic-webhooks`. */
export const benchCommandStart = benchProcessStart({
  processes: [
    { name: 'fic-webhooks --help', args: [command, '--help'] },
    {
      name: 'fic-webhooks subscriptions ensure --help',
      args: [command, 'subscriptions', 'ensure', '--help'],
    },
  ],
  target: { median: 4 },
});
