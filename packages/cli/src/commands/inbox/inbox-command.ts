import type { Command } from 'commander';
import type { ExitCode } from '../../exit-codes.js';
import type { ProgramOptions } from '../../program.js';
import { runCommand } from '../run-command.js';
import {
  addInboxOptions,
  type DiscardFlags,
  type HealthFlags,
  type InboxFlags,
  type ListFlags,
  type RetryFlags,
} from './inbox-flags.js';

const secrets =
  'A URL with a password belongs into the environment variable FIC_INBOX_URL, in place of --redis or --postgres.';

const examples = `
Examples:
  fic-webhooks inbox list --sqlite fic-events.db
  fic-webhooks inbox show 4f8b --sqlite fic-events.db
  fic-webhooks inbox retry --all --reason attempts --redis redis://localhost:6379
  fic-webhooks inbox discard 4f8b --postgres postgres://localhost:5432/app --queue fic-webhooks

It needs the package of the inbox in the project: @fic-webhooks/sqlite or @fic-webhooks/bullmq.
${secrets}
Exit codes: 0 done, 1 not, or not all of it, 2 wrong usage: nothing was changed.`;

const selection = {
  reason: ['--reason <reason>', 'attempts, crash-loop, unreadable, conflict or unhandled (default: any)'],
} as const;

/** Adds `fic-webhooks inbox` with its commands. */
export function addInboxCommand(program: Command, options: ProgramOptions): void {
  const group = program
    .command('inbox')
    .summary('look at stored events that failed, and try them again')
    .description('Looks into a durable inbox: how it is doing, and the events that wait for a person.')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples);
  addReading(group, options);
  addChanging(group, options);
}

function addReading(group: Command, options: ProgramOptions): void {
  addInboxOptions(group.command('list').description('List the dead letters, the oldest first.'))
    .option(...selection.reason)
    .option('--limit <number>', 'the most to list (default: 100)')
    .option('--all', 'list all of them')
    .addHelpText(
      'after',
      `\nExample:\n  fic-webhooks inbox list --sqlite fic-events.db --reason attempts\n\n${secrets}`,
    )
    .action((flags: ListFlags) =>
      run(options, flags, async () => {
        const { listLetters } = await import('./list-letters.js');
        return listLetters({ flags, ...options });
      }),
    );
  addInboxOptions(
    group
      .command('show')
      .description('Show a dead letter with all that was received.')
      .argument('<key>', 'its key, or how it begins'),
  )
    .addHelpText('after', `\nExample:\n  fic-webhooks inbox show 4f8b --sqlite fic-events.db\n\n${secrets}`)
    .action((key: string, flags: InboxFlags) =>
      run(options, flags, async () => {
        const { showLetter } = await import('./show-letter.js');
        return showLetter({ key, flags, ...options });
      }),
    );
  addInboxOptions(group.command('health').description('Say how many events wait, and for how long.'))
    .option('--stale-after <span>', 'how long an event may wait that is due (default: 5m)')
    .addHelpText(
      'after',
      `\nExample:\n  fic-webhooks inbox health --sqlite fic-events.db\n\nExit code 1 when an event has been waiting for longer.\n${secrets}`,
    )
    .action((flags: HealthFlags) =>
      run(options, flags, async () => {
        const { showHealth } = await import('./show-health.js');
        return showHealth({ flags, ...options });
      }),
    );
}

function addChanging(group: Command, options: ProgramOptions): void {
  addInboxOptions(
    group
      .command('retry')
      .description('Give dead letters to the worker again.')
      .argument('[keys...]', 'their keys, or how they begin'),
  )
    .option('--all', 'all of them, in place of keys')
    .option(...selection.reason)
    .option('--limit <number>', 'with --all: the most, the oldest first')
    .addHelpText(
      'after',
      `\nExamples:\n  fic-webhooks inbox retry 4f8b 81c0 --sqlite fic-events.db\n  fic-webhooks inbox retry --all --reason attempts --sqlite fic-events.db\n\nHandlers that have succeeded are not run again.\n${secrets}`,
    )
    .action((keys: string[], flags: RetryFlags) =>
      run(options, flags, async () => {
        const { retryLetters } = await import('./retry-letters.js');
        return retryLetters({ keys, flags, ...options });
      }),
    );
  addInboxOptions(
    group
      .command('discard')
      .description('End dead letters for good.')
      .argument('[keys...]', 'their keys, or how they begin'),
  )
    .option('--all', 'all of them, in place of keys')
    .option(...selection.reason)
    .option('--limit <number>', 'with --all: the most, the oldest first')
    .option('--yes', 'do it: needed for more than one')
    .addHelpText(
      'after',
      `\nExamples:\n  fic-webhooks inbox discard 4f8b --sqlite fic-events.db\n  fic-webhooks inbox discard --all --reason unhandled --yes --sqlite fic-events.db\n\nThey are never handled, and Fatture in Cloud does not send them again.\n${secrets}`,
    )
    .action((keys: string[], flags: DiscardFlags) =>
      run(options, flags, async () => {
        const { discardLetters } = await import('./discard-letters.js');
        return discardLetters({ keys, flags, ...options });
      }),
    );
}

function run(options: ProgramOptions, { json }: InboxFlags, action: () => Promise<ExitCode>): Promise<void> {
  return runCommand(options, { json, run: action });
}
