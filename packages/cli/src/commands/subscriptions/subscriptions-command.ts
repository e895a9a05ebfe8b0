import type { Command } from 'commander';
import { type ApiFlags, addApiOptions } from '../../api/api-flags.js';
import type { ExitCode } from '../../exit-codes.js';
import type { ProgramOptions } from '../../program.js';
import { runCommand } from '../run-command.js';
import type { DeleteFlags, EnsureFlags, VerifyFlags, WantedFlags } from './subscription-flags.js';

const secrets =
  'The access token comes from the environment: FIC_ACCESS_TOKEN, or the variable that --access-token-env names.';

const examples = `
Examples:
  fic-webhooks subscriptions list --company 108061
  fic-webhooks subscriptions ensure --company 108061 --sink https://example.com/webhooks/fic --types 'entities.*' --dry-run
  fic-webhooks subscriptions get SUB230 --company 108061 --json
  fic-webhooks subscriptions delete SUB230 --company 108061 --yes

${secrets}
Exit codes: 0 done, 1 refused or not all of it, 2 wrong usage: nothing was sent.`;

/** Adds `fic-webhooks subscriptions` with its commands. */
export function addSubscriptionsCommand(program: Command, options: ProgramOptions): void {
  const group = program
    .command('subscriptions')
    .summary('look at subscriptions and change them')
    .description('Looks at the subscriptions of your application in a company, and changes them.')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples);
  addReading(group, options);
  addWriting(group, options);
  addEnsure(group, options);
}

function addReading(group: Command, options: ProgramOptions): void {
  addApiOptions(group.command('list').description('List the subscriptions.'))
    .addHelpText('after', `\nExample:\n  fic-webhooks subscriptions list --company 108061\n\n${secrets}`)
    .action((flags: ApiFlags) =>
      run(options, flags, async () => {
        const { listSubscriptions } = await import('./list-subscriptions.js');
        return listSubscriptions({ flags, ...options });
      }),
    );
  addApiOptions(
    group
      .command('get')
      .description('Show a subscription with its types.')
      .argument('<id>', 'such as SUB230'),
  )
    .addHelpText(
      'after',
      `\nExample:\n  fic-webhooks subscriptions get SUB230 --company 108061\n\n${secrets}`,
    )
    .action((id: string, flags: ApiFlags) =>
      run(options, flags, async () => {
        const { getSubscription } = await import('./get-subscription.js');
        return getSubscription({ id, flags, ...options });
      }),
    );
}

function addWriting(group: Command, options: ProgramOptions): void {
  addWantedOptions(
    group
      .command('create')
      .description('Make a subscription, whatever else stands. Mostly ensure is better.'),
  )
    .addHelpText(
      'after',
      `\nExample:\n  fic-webhooks subscriptions create --company 108061 --sink https://example.com/fic --types products.update\n\n${secrets}\nExit code 1, too, when a type was left out.`,
    )
    .action((flags: WantedFlags) =>
      run(options, flags, async () => {
        const { createSubscription } = await import('./create-subscription.js');
        return createSubscription({ flags, ...options });
      }),
    );
  addApiOptions(
    group
      .command('verify')
      .description('Ask for another verification of the sink.')
      .argument('<id>', 'such as SUB230'),
  )
    .option('--verification-method <method>', 'header or query (default: header)')
    .option('--verify-within <span>', 'how long to wait until the sink is verified (default: 30s)')
    .addHelpText(
      'after',
      `\nExample:\n  fic-webhooks subscriptions verify SUB230 --company 108061\n\nThere are five verifications for a sink, ten minutes apart. Exit code 1 when it is not verified in time.\n${secrets}`,
    )
    .action((id: string, flags: VerifyFlags) =>
      run(options, flags, async () => {
        const { verifySubscription } = await import('./verify-subscription.js');
        return verifySubscription({ id, flags, ...options });
      }),
    );
  addApiOptions(
    group.command('delete').description('Delete a subscription.').argument('<id>', 'such as SUB230'),
  )
    .option('--yes', 'do it: what happens from then on is never sent')
    .addHelpText(
      'after',
      `\nExample:\n  fic-webhooks subscriptions delete SUB230 --company 108061 --yes\n\nWithout --yes nothing is sent. What was deleted is printed, so that it can be made again.\n${secrets}`,
    )
    .action((id: string, flags: DeleteFlags) =>
      run(options, flags, async () => {
        const { deleteSubscription } = await import('./delete-subscription.js');
        return deleteSubscription({ id, flags, ...options });
      }),
    );
}

function addEnsure(group: Command, options: ProgramOptions): void {
  addWantedOptions(
    group.command('ensure').description('Make the right subscription stand, with as few calls as it takes.'),
  )
    .option(
      '--keep-other-types',
      'leave types of this sink alone that are not asked for (default: they are removed)',
    )
    .option('--take-over', 'take the types from other sinks of this application (default: they are problems)')
    .option('--move-sink-from <sink>', 'move this subscription, by id or sink, to the new sink')
    .option('--verify-within <span>', 'how long to wait until the sink is verified (default: 30s)')
    .option('--dry-run', 'print the plan and write nothing')
    .addHelpText(
      'after',
      `\nExamples:\n  fic-webhooks subscriptions ensure --company 108061 --sink https://example.com/fic --types 'entities.*' products.update --dry-run\n  fic-webhooks subscriptions ensure --company 108061 --sink https://example.com/fic --types 'entities.*' products.update\n\nIt can be run again at any time. The list of types is the list that stands.\n${secrets}\nExit codes: 0 it stands, or the plan has no problem; 1 not; 2 wrong usage: nothing was sent.`,
    )
    .action((flags: EnsureFlags) =>
      run(options, flags, async () => {
        const { ensureSubscription } = await import('./ensure-subscription.js');
        return ensureSubscription({ flags, ...options });
      }),
    );
}

function addWantedOptions(command: Command): Command {
  return addApiOptions(command)
    .option('--sink <url>', 'the URL of the receiver, to the letter (required)')
    .option('--types <types...>', 'types, groups or patterns with * (required)')
    .option('--mapping <mode>', 'binary or structured (default: binary)')
    .option('--verification-method <method>', 'header or query (default: header)')
    .option('--allow-unknown-types', 'take types that are newer than this version');
}

function run(options: ProgramOptions, { json }: ApiFlags, action: () => Promise<ExitCode>): Promise<void> {
  return runCommand(options, { json, run: action });
}
