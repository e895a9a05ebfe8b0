import type { DeadLetter, Inbox } from '@fic-webhooks/core';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { cleanText } from '../../output/clean-text.js';
import { formatJson } from '../../output/format-json.js';
import { mark } from '../../output/mark.js';
import type { ChooseLetters } from './choose-letters.js';
import type { ListFlags } from './inbox-flags.js';
import { describeLetter } from './letter-view.js';
import { type InboxRun, withInbox } from './with-inbox.js';

/** What a command does to dead letters. */
export interface Change {
  /** As a word behind a count and as the name of a field: `retried`. */
  readonly done: 'retried' | 'discarded';
  /** What is under way. */
  readonly doing: string;
  /** False when there is no such dead letter any more. */
  readonly apply: (inbox: Inbox, key: string) => Promise<boolean>;
}

/** Changes dead letters one after the other, and says what became of each. */
export async function changeLetters(
  run: InboxRun<ListFlags>,
  choose: ChooseLetters,
  { done, doing, apply }: Change,
): Promise<ExitCode> {
  const { flags, output } = run;
  const changed: DeadLetter[] = [];
  const gone: DeadLetter[] = [];
  const { results, notices } = output;
  try {
    await withInbox(run, doing, async (inbox) => {
      for (const letter of await choose(inbox)) {
        ((await apply(inbox, letter.key)) ? changed : gone).push(letter);
      }
    });
  } catch (error) {
    // It may have failed half-way.
    if (changed.length > 0) notices.write(`${changed.length} had been ${done} before it failed.`);
    throw error;
  }
  const keysOf = (letters: readonly DeadLetter[]) => letters.map(({ key }) => key);
  if (flags.json) {
    results.write(formatJson({ [done]: keysOf(changed), gone: keysOf(gone) }));
  } else {
    const { colors } = results;
    for (const letter of changed)
      results.write(`${mark('ok', colors)} ${cleanText(describeLetter(letter))}  ${done}`);
    for (const letter of gone) {
      results.write(
        `${mark('warning', colors)} ${cleanText(describeLetter(letter))}  is a dead letter no more`,
      );
    }
    if (changed.length + gone.length === 0) results.write('There are no such dead letters.');
    else if (changed.length > 1) results.write(`${changed.length} ${done}.`);
  }
  return gone.length === 0 ? exitCodes.done : exitCodes.failed;
}
