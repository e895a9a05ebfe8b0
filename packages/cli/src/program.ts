import { Command } from 'commander';
import { addEmulatorCommand } from './commands/emulator/emulator-command.js';
import type { Output } from './output/output.js';

/** What the program is made with. */
export interface ProgramOptions {
  readonly output: Output;
  readonly version: string;
}

/** The command line with all its commands. Wrong usage is written out and thrown as a `CommanderError`. */
export function createProgram({ output, version }: ProgramOptions): Command {
  const { notices } = output;
  const program = new Command('fic-webhooks')
    .description('Fatture in Cloud webhooks from a shell.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('Add --help for what there is.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.results.write(text.trimEnd()),
      writeErr: (text) => notices.write(text.trimEnd()),
      outputError: (text, write) => write(notices.colors.red(text)),
    });
  addEmulatorCommand(program, { output, version });
  return program;
}
