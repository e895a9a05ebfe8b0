import type { Command } from 'commander';
import type { ProgramOptions } from '../../program.js';
import type { EmulatorFlags } from './emulator-flags.js';

const examples = `
Examples:
  fic-webhooks emulator
  fic-webhooks emulator --sink http://localhost:3000/webhooks/fic --types 'entities.*,issued_documents.invoices.create'
  fic-webhooks emulator --state fic.db --clock manual
  fic-webhooks emulator --behaviour retryIntervals=1s,5s,10s answerTimeout=2s --fault duplicate=0.1 --seed 7
  fic-webhooks emulator --port 0 --json

Ctrl+C stops it. What is in the state file then is there at the next start.
Exit codes: 0 stopped, 1 failed, 2 wrong usage.`;

/** Adds `fic-webhooks emulator`. */
export function addEmulatorCommand(program: Command, options: ProgramOptions): void {
  program
    .command('emulator')
    .summary('run a Fatture in Cloud of your own')
    .description(
      'Runs a local Fatture in Cloud: its Subscriptions API, signed deliveries, an inspector page.',
    )
    .option('-p, --port <number>', 'the port to listen on; 0 takes a free one', '4010')
    .option('--host <address>', 'the address to listen on (default: 127.0.0.1)')
    .option('--allow-host <names...>', 'names, besides loopback ones, that requests may have as Host')
    .option('--state <file>', 'the file that keeps the state (default: none, in memory)')
    .option('--clock <mode>', 'real, or manual: time stands still until advanced (default: real)')
    .option('--sink <url>', 'the receiver whose subscription shall stand, as soon as it listens')
    .option('--types <types...>', 'with --sink: types, groups or patterns with * (default: *)')
    .option('--company <id>', 'with --sink: the company whose events it gets (default: 108061)')
    .option('--mapping <mode>', 'with --sink: binary or structured (default: binary)')
    .option('--verification-method <method>', 'with --sink: header or query (default: header)')
    .option('--application-id <id>', 'the id of your application, the aid of every token (default: 1234)')
    .option(
      '--access-token-env <name>',
      'the environment variable with its access token (default: a/emulator)',
    )
    .option('--behaviour <name=value...>', 'how Fatture in Cloud acts where it does not say')
    .option('--fault <name=probability...>', 'what goes wrong, and how often, from 0 to 1')
    .option('--seed <number>', 'where the dice for the faults begin (default: 1)')
    .option('--require-https', 'refuse HTTP sinks on loopback too, as Fatture in Cloud does')
    .option('--allow-remote-sinks', 'let sinks be on other machines')
    .option('--keep-deliveries <number>', 'deliveries kept in the history (default: 10000)')
    .option('--json', 'print one line of JSON when ready, and nothing else')
    .option('-q, --quiet', 'print no line per delivery')
    .addHelpText('after', examples)
    .action(async (flags: EmulatorFlags) => {
      // Loaded only now: it takes longer than all the rest.
      const { runEmulator } = await import('./run-emulator.js');
      await runEmulator(flags, options);
    });
}
