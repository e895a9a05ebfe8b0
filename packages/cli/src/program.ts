import { Command } from 'commander';
import { addConformanceCommand } from './commands/conformance/conformance-command.js';
import { addDoctorCommand } from './commands/doctor/doctor-command.js';
import { addEmulatorCommand } from './commands/emulator/emulator-command.js';
import { addEventsCommand } from './commands/events/events-command.js';
import { addInboxCommand } from './commands/inbox/inbox-command.js';
import { addSubscriptionsCommand } from './commands/subscriptions/subscriptions-command.js';
import { addTriggerCommand } from './commands/trigger/trigger-command.js';
import { addVerifyTokenCommand } from './commands/verify-token/verify-token-command.js';
import type { ExitCode } from './exit-codes.js';
import { hideSecrets } from './output/hide-secrets.js';
import type { Output } from './output/output.js';

/** What the program is made with. */
export interface ProgramOptions {
  readonly output: Output;
  readonly version: string;
  /** Where secrets come from: never from the command line, which other users of the machine can read. */
  readonly environment: NodeJS.ProcessEnv;
  /** Told how a command ended that ends by itself. */
  readonly finish: (code: ExitCode) => void;
}

const commands = [
  addEmulatorCommand,
  addSubscriptionsCommand,
  addInboxCommand,
  addDoctorCommand,
  addConformanceCommand,
  addTriggerCommand,
  addVerifyTokenCommand,
  addEventsCommand,
];

/** The command line with all its commands. Wrong usage is written out and thrown as a `CommanderError`. */
export function createProgram(options: ProgramOptions): Command {
  const { results, notices } = options.output;
  const program = new Command('fic-webhooks')
    .description('Fatture in Cloud webhooks from a shell.')
    .version(options.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('Add --help for what there is.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => results.write(text.trimEnd()),
      writeErr: (text) => notices.write(text.trimEnd()),
      outputError: (text, write) => write(notices.colors.red(hideSecrets(text))),
    });
  for (const addCommand of commands) addCommand(program, options);
  return program;
}
