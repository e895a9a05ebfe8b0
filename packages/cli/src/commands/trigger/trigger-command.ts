import type { Command } from 'commander';
import type { ProgramOptions } from '../../program.js';
import { runCommand } from '../run-command.js';

/** The flags of `fic-webhooks trigger`, as written on the command line. */
export interface TriggerFlags {
  readonly sink?: string;
  readonly url?: string;
  readonly emulator?: string;
  readonly company?: string;
  readonly ids?: readonly string[];
  readonly mode?: string;
  readonly count?: string;
  readonly unlisted?: true;
  readonly applicationId?: string;
  readonly privateKey?: string;
  readonly saveKey?: string;
  readonly timeout?: string;
  readonly json?: true;
}

const examples = `
Examples:
  fic-webhooks trigger entities.clients.create --sink http://localhost:3000/webhooks/fic --save-key key.pem
  fic-webhooks trigger entities.clients.create --sink http://localhost:3000/webhooks/fic --private-key key.pem
  fic-webhooks trigger products.update --sink https://example.com/fic --url http://localhost:3000/fic --ids 1,2 --count 3
  fic-webhooks trigger entities.clients.create --emulator http://127.0.0.1:4010

The key to sign with: --private-key, else FIC_PRIVATE_KEY in the environment, else one made for this run.
Exit codes: 0 delivered, 1 not, 2 wrong usage: nothing was sent.`;

/** Adds `fic-webhooks trigger`. */
export function addTriggerCommand(program: Command, options: ProgramOptions): void {
  program
    .command('trigger')
    .summary('send an event to a receiver')
    .description('Signs an event with a development key and sends it, or lets a running emulator send it.')
    .argument('<type>', 'the type of the event, such as entities.clients.create')
    .option('--sink <url>', 'the sink of your receiver, to the letter')
    .option('--url <url>', 'where to send it (default: the sink)')
    .option('--emulator <url>', 'let this emulator send it to its subscribers')
    .option('--company <id>', 'the company whose data changed (default: 108061)')
    .option('--ids <ids...>', 'the ids of what changed (default: 3062300)')
    .option('--mode <mode>', 'binary or structured (default: binary; with --emulator, as subscribed)')
    .option('--count <number>', 'how many events, each with an id of its own (default: 1)')
    .option('--unlisted', 'take a type that is newer than this version')
    .option('--application-id <id>', 'the id of your application (default: 1234)')
    .option('--private-key <file>', 'the PEM of a P-256 key to sign with')
    .option('--save-key <file>', 'make a key to sign with, and keep it in this new file')
    .option('--timeout <span>', 'how long to wait for an answer (default: 10s)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((type: string, flags: TriggerFlags) =>
      runCommand(options, {
        json: flags.json,
        run: async () => {
          const { runTrigger } = await import('./run-trigger.js');
          return runTrigger({ type, flags, ...options });
        },
      }),
    );
}
