import type { ExitCode } from '../../exit-codes.js';
import { changeLetters } from './change-letters.js';
import { readChoiceOfLetters } from './choose-letters.js';
import type { RetryFlags } from './inbox-flags.js';
import type { InboxRun } from './with-inbox.js';

/** Gives dead letters to the worker again. */
export async function retryLetters(
  run: InboxRun<RetryFlags> & { readonly keys: readonly string[] },
): Promise<ExitCode> {
  return changeLetters(run, readChoiceOfLetters(run.keys, run.flags), {
    done: 'retried',
    doing: 'Retrying',
    apply: ({ deadLetters }, key) => deadLetters.retry(key),
  });
}
