import { CommanderError } from 'commander';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { cleanText } from './output/clean-text.js';
import type { Output } from './output/output.js';
import { createProgram } from './program.js';
import { readVersion } from './read-version.js';
import { UsageError } from './usage-error.js';

/**
 * Runs a command line to its end. Never rejects: what goes wrong is written out.
 *
 * @param argv - Without the program and the script.
 */
export async function runProgram(argv: readonly string[], output: Output): Promise<ExitCode> {
  try {
    await createProgram({ output, version: await readVersion() }).parseAsync(argv, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Commander has written it out. Its code is 0 for --help and --version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    report(error, output);
    return error instanceof UsageError ? exitCodes.wrongUsage : exitCodes.failed;
  }
}

function report(error: unknown, { notices }: Output): void {
  const { red } = notices.colors;
  if (isForeseen(error)) notices.write(red(`error: ${cleanText(error.message, { maximumLength: 2_000 })}`));
  else notices.write(red(`error: unforeseen. Please report it: ${stackOf(error)}`));
}

/** Errors with a code say what to do; the stack of any other tells where the fault of this program is. */
function isForeseen(error: unknown): error is Error {
  return error instanceof Error && 'code' in error;
}

function stackOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}
