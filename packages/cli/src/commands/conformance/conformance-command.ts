import type { Command } from 'commander';
import type { ProgramOptions } from '../../program.js';
import { runCommand } from '../run-command.js';

/** The flags of `fic-webhooks conformance`, as written on the command line. */
export interface ConformanceFlags {
  readonly sink?: string;
  readonly privateKey?: string;
  readonly applicationId?: string;
  readonly cases?: readonly string[];
  readonly success?: readonly string[];
  readonly timeout?: string;
  readonly all?: true;
  readonly junit?: string;
  readonly json?: true;
}

const examples = `
Examples:
  fic-webhooks conformance http://localhost:3000/webhooks/fic --private-key key.pem
  fic-webhooks conformance http://localhost:3000/fic --sink https://example.com/fic --junit report.xml
  fic-webhooks conformance http://localhost:3000/webhooks/fic --cases 'token: *' 'challenge: none' --all

The endpoint must trust the public half of the key, and have the same sink and application id. Its handlers must not do
real work meanwhile. The key: --private-key, else FIC_PRIVATE_KEY in the environment. No redirect is followed.
Exit codes: 0 no case failed, 1 one did, 2 wrong usage: nothing was sent.`;

/** Adds `fic-webhooks conformance`. */
export function addConformanceCommand(program: Command, options: ProgramOptions): void {
  program
    .command('conformance')
    .summary('check a receiver with over 200 requests')
    .description('Sends an endpoint, in any language, everything that may come, and checks each answer.')
    .argument('<url>', 'where the endpoint listens')
    .option('--sink <url>', 'the sink of the endpoint, to the letter (default: the URL)')
    .option('--private-key <file>', 'the PEM of the P-256 key whose public half the endpoint trusts')
    .option('--application-id <id>', 'the application id of the endpoint (default: 1234)')
    .option('--cases <names...>', 'run only these; * stands for any text (default: all)')
    .option('--success <statuses...>', 'the statuses that count as a success (default: 204 202)')
    .option('--timeout <span>', 'how long to wait for an answer (default: 5s)')
    .option('--all', 'print the cases that passed, too')
    .option('--junit <file>', 'write a JUnit report to this file')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((url: string, flags: ConformanceFlags) =>
      runCommand(options, {
        json: flags.json,
        run: async () => {
          const { runConformanceCommand } = await import('./run-conformance-command.js');
          return runConformanceCommand({ url, flags, ...options });
        },
      }),
    );
}
