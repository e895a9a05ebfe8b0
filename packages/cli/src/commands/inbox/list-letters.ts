import type { DeadLetter } from '@fic-webhooks/core';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { formatJson } from '../../output/format-json.js';
import { formatTable } from '../../output/format-table.js';
import type { Lines } from '../../output/output.js';
import { UsageError } from '../../usage-error.js';
import type { ListFlags } from './inbox-flags.js';
import { shortenKey, viewLetter } from './letter-view.js';
import { readSelection } from './read-selection.js';
import { collectLetters } from './walk-letters.js';
import { type InboxRun, withInbox } from './with-inbox.js';

/** Lists dead letters, the oldest first. */
export async function listLetters(run: InboxRun<ListFlags>): Promise<ExitCode> {
  const { flags, output } = run;
  const { results, notices } = output;
  const selection = readSelection(flags, flags.all ? Number.POSITIVE_INFINITY : 100);
  if (flags.all && flags.limit !== undefined) {
    throw new UsageError('--limit', '--limit and --all are both given. Give one of them.');
  }
  // One more than is shown tells whether there are more.
  const found = await withInbox(run, 'Reading the dead letters', (inbox) =>
    collectLetters(inbox, { ...selection, limit: selection.limit + 1 }),
  );
  const letters = found.slice(0, selection.limit);
  const more = found.length > letters.length;
  if (flags.json) {
    results.write(formatJson({ deadLetters: letters.map(viewLetter), more }));
  } else if (letters.length === 0) {
    results.write(
      selection.reason === undefined
        ? 'There are no dead letters.'
        : `There are no dead letters of reason ${selection.reason}.`,
    );
  } else {
    results.write(formatLetters(letters, results));
    if (more) notices.write('There are more: --all lists them all.');
  }
  return exitCodes.done;
}

function formatLetters(letters: readonly DeadLetter[], lines: Lines): string {
  const { red, yellow } = lines.colors;
  const rows = letters
    .map(viewLetter)
    .map((letter) => [
      shortenKey(letter.key),
      { text: letter.reason, style: letter.reason === 'unhandled' ? yellow : red },
      letter.name || '-',
      letter.companyId === null ? '-' : String(letter.companyId),
      String(letter.attempts),
      letter.buriedAt,
      letter.error || '-',
    ]);
  return formatTable({
    head: ['KEY', 'REASON', 'EVENT', 'COMPANY', 'ATTEMPTS', 'BURIED', 'ERROR'],
    rows,
    lines,
  });
}
