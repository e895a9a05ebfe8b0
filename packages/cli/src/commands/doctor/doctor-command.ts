import type { Command } from 'commander';
import { type ApiFlags, addApiOptions } from '../../api/api-flags.js';
import type { ProgramOptions } from '../../program.js';
import { runCommand } from '../run-command.js';

/** The flags of `fic-webhooks doctor`, as written on the command line. */
export interface DoctorFlags extends ApiFlags {
  readonly sink?: string;
  readonly types?: readonly string[];
  readonly applicationId?: string;
  readonly privateKey?: string;
}

const examples = `
Examples:
  fic-webhooks doctor --company 108061 --sink https://example.com/webhooks/fic
  fic-webhooks doctor --company 108061 --sink https://example.com/webhooks/fic --types 'entities.*' --json
  fic-webhooks doctor --company 108061 --sink http://localhost:3000/webhooks/fic --base-url http://127.0.0.1:4010 --private-key key.pem

The access token comes from the environment: FIC_ACCESS_TOKEN, or the variable that --access-token-env names. It goes to
the API alone, never to the sink. No redirect is followed. With a key that the sink trusts (--private-key, else
FIC_PRIVATE_KEY) it is asked as Fatture in Cloud asks, too: with challenges, and with welcome events, which carry nothing.
Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage: nothing was sent.`;

/** Adds `fic-webhooks doctor`. */
export function addDoctorCommand(program: Command, options: ProgramOptions): void {
  const command = program
    .command('doctor')
    .summary('look for what is wrong with a sink and its subscription')
    .description(
      'Looks for what is wrong with a sink and its subscription, and says what to do. It changes nothing.',
    );
  addApiOptions(command)
    .option('--sink <url>', 'the sink of your receiver, to the letter (required)')
    .option('--types <types...>', 'the types that you want, groups and patterns with * too')
    .option('--application-id <id>', 'with a key: the id of your application (default: 1234)')
    .option('--private-key <file>', 'the PEM of a P-256 key whose public half the sink trusts')
    .addHelpText('after', examples)
    .action((flags: DoctorFlags) =>
      runCommand(options, {
        json: flags.json,
        run: async () => {
          const { runDoctor } = await import('./run-doctor.js');
          return runDoctor({ flags, ...options });
        },
      }),
    );
}
