import type { ExitCode } from '../../exit-codes.js';
import { UsageError } from '../../usage-error.js';
import { changeLetters } from './change-letters.js';
import { readChoiceOfLetters } from './choose-letters.js';
import type { DiscardFlags } from './inbox-flags.js';
import type { InboxRun } from './with-inbox.js';

/** Ends dead letters for good: many only when it is confirmed. */
export async function discardLetters(
  run: InboxRun<DiscardFlags> & { readonly keys: readonly string[] },
): Promise<ExitCode> {
  const { keys, flags } = run;
  const choose = readChoiceOfLetters(keys, flags);
  if ((flags.all || keys.length > 1) && !flags.yes) {
    const reason = flags.reason === undefined ? '' : ` --reason ${flags.reason}`;
    throw new UsageError(
      '--yes',
      `--yes is missing, so nothing was discarded. What is discarded is never handled, and Fatture in Cloud does not send it again. To look at them first: fic-webhooks inbox list${reason}`,
    );
  }
  return changeLetters(run, choose, {
    done: 'discarded',
    doing: 'Discarding',
    apply: ({ deadLetters }, key) => deadLetters.discard(key),
  });
}
