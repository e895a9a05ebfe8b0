import { CommanderError } from 'commander';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { cleanText } from './output/clean-text.js';
import { describeFailure } from './output/describe-failure.js';
import { failureHints } from './output/failure-hints.js';
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
  let exitCode: ExitCode = exitCodes.done;
  const finish = (code: ExitCode) => {
    exitCode = code;
  };
  try {
    const version = await readVersion();
    await createProgram({ output, version, environment: process.env, finish }).parseAsync(argv, {
      from: 'user',
    });
    return exitCode;
  } catch (error) {
    // Commander has written it out. Its code is 0 for --help and --version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    report(error, output);
    return error instanceof UsageError ? exitCodes.wrongUsage : exitCodes.failed;
  }
}

function report(error: unknown, { notices }: Output): void {
  const { red } = notices.colors;
  const failure = describeFailure(error);
  if (failure !== undefined) {
    notices.write(red(`error: ${cleanText(failure.message, { maximumLength: 2_000 })}`));
    const hint = failureHints[failure.code];
    if (hint !== undefined) notices.write(hint);
  } else notices.write(red(`error: unforeseen. Please report it: ${stackOf(error)}`));
}

/** The stack tells where the fault of this program is. */
function stackOf(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}
