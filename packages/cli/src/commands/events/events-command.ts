import type { Command } from 'commander';
import type { ProgramOptions } from '../../program.js';
import { runCommand } from '../run-command.js';

/** The flags of `fic-webhooks events`, as written on the command line. */
export interface EventsFlags {
  readonly scopes?: true;
  readonly json?: true;
}

const examples = `
Examples:
  fic-webhooks events
  fic-webhooks events receipts
  fic-webhooks events 'entities.*.create'
  fic-webhooks events 'issued_documents.invoices.*' --scopes
  fic-webhooks events --json | jq -r '.events[] | select(.dead) | .name'

Exit codes: 0 listed, 1 failed, 2 nothing matches.`;

/** Adds `fic-webhooks events`. */
export function addEventsCommand(program: Command, options: ProgramOptions): void {
  program
    .command('events')
    .summary('list the event types')
    .description(
      'Lists the event types of Fatture in Cloud, with the scopes that each needs and what to know of it.',
    )
    .argument(
      '[filter]',
      'a part of a type or scope, or a pattern in which * stands for one or more segments',
    )
    .option('--scopes', 'print only the scopes that an access token needs for these types')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((filter: string | undefined, flags: EventsFlags) =>
      runCommand(options, {
        json: flags.json,
        run: async () => {
          const { runEvents } = await import('./run-events.js');
          return runEvents({ filter, flags, output: options.output });
        },
      }),
    );
}
