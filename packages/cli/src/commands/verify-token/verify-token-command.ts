import type { Command } from 'commander';
import type { ProgramOptions } from '../../program.js';
import { runCommand } from '../run-command.js';

/** The flags of `fic-webhooks verify-token`, as written on the command line. */
export interface VerifyTokenFlags {
  readonly sink?: string;
  readonly applicationId?: string;
  readonly publicKey?: string;
  readonly json?: true;
}

const examples = `
Examples:
  fic-webhooks verify-token - < token.txt
  pbpaste | fic-webhooks verify-token - --sink https://example.com/webhooks/fic --application-id 1234
  fic-webhooks verify-token "$TOKEN" --public-key key.pem --json

A pasted "Authorization: Bearer …" is fine. The token is not printed.
Exit codes: 0 genuine and fitting, 1 not, 2 wrong usage.`;

/** Adds `fic-webhooks verify-token`. */
export function addVerifyTokenCommand(program: Command, options: ProgramOptions): void {
  program
    .command('verify-token')
    .summary('say what is right and wrong with a token')
    .description('Says what is right and wrong with the token of a notification, claim by claim.')
    .argument('<jwt>', 'the token, or - to read it from standard input')
    .option('--sink <url>', 'the sink of your receiver, to the letter (default: aud is not compared)')
    .option('--application-id <id>', 'the id of your application (default: aid is not compared)')
    .option(
      '--public-key <key>',
      'a file, a PEM or base64 of a PEM (default: the key that Fatture in Cloud publishes)',
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((text: string, flags: VerifyTokenFlags) =>
      runCommand(options, {
        json: flags.json,
        run: async () => {
          const { runVerifyToken } = await import('./run-verify-token.js');
          return runVerifyToken({ text, flags, output: options.output });
        },
      }),
    );
}
