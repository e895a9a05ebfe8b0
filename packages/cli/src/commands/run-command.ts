import type { ExitCode } from '../exit-codes.js';
import { describeFailure } from '../output/describe-failure.js';
import { formatJson } from '../output/format-json.js';
import type { ProgramOptions } from '../program.js';
import { UsageError } from '../usage-error.js';

/** A command that ends by itself. */
export interface CommandRun {
  /** With `--json` a failure is a document too, so that a script always reads one. */
  readonly json: true | undefined;
  /** Imports what the command needs, and runs it: nothing is loaded before its time. */
  readonly run: () => Promise<ExitCode>;
}

/** Runs a command and notes how it ended. */
export async function runCommand(
  { output, finish }: ProgramOptions,
  { json, run }: CommandRun,
): Promise<void> {
  try {
    finish(await run());
  } catch (error) {
    const failure = error instanceof UsageError ? undefined : describeFailure(error);
    if (json && failure !== undefined) output.results.write(formatJson({ error: failure }));
    throw error;
  }
}
