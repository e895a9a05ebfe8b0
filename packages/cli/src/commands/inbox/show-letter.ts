import type { DeadLetter, InboxPayload } from '@fic-webhooks/core';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { cleanText } from '../../output/clean-text.js';
import { formatJson } from '../../output/format-json.js';
import type { Colors } from '../../output/output.js';
import { findLetters, readKeys } from './find-letters.js';
import type { InboxFlags } from './inbox-flags.js';
import { viewLetter } from './letter-view.js';
import { type InboxRun, withInbox } from './with-inbox.js';

/** Shows a dead letter with all that was received. */
export async function showLetter(run: InboxRun<InboxFlags> & { readonly key: string }): Promise<ExitCode> {
  const { flags, output } = run;
  const keys = readKeys([run.key]);
  const letters = await withInbox(run, 'Reading the dead letter', (inbox) => findLetters(inbox, keys));
  const { results } = output;
  for (const letter of letters) {
    if (flags.json)
      results.write(formatJson({ deadLetter: { ...viewLetter(letter), payload: letter.payload } }));
    else results.write(formatLetter(letter, results.colors));
  }
  return exitCodes.done;
}

function formatLetter(letter: DeadLetter, colors: Colors): string {
  const view = viewLetter(letter);
  const lines = [
    colors.bold(letter.key),
    `  event     ${cleanText(view.name || 'could not be read')}`,
    `  reason    ${view.reason}: ${meanings[letter.reason]}`,
    `  error     ${cleanText(view.error || 'none', { maximumLength: 2_000 })}`,
    `  attempts  ${view.attempts} failed, ${view.crashes} ended with the process`,
    `  handled   ${view.handled.length === 0 ? 'by no handler' : `by ${cleanText(view.handled.join(', '))}`}`,
    `  received  ${view.receivedAt}`,
    `  buried    ${view.buriedAt}`,
  ];
  return [...lines, ...formatPayload(letter.payload)].join('\n');
}

const meanings: Readonly<Record<DeadLetter['reason'], string>> = {
  attempts: 'its handlers failed as often as they may',
  'crash-loop': 'the process died too often while it was handled',
  unreadable: 'it is genuine, and could not be understood',
  conflict: 'another event with the same id had been stored',
  unhandled: 'no handler was registered for it',
};

function formatPayload(payload: InboxPayload): string[] {
  if (payload.kind === 'event') {
    return [
      '',
      ...formatJson(payload.event)
        .split('\n')
        .map((line) => `  ${line}`),
    ];
  }
  if (payload.kind === 'damaged') return ['', `  ${cleanText(payload.text, { maximumLength: 4_000 })}`];
  const headers = payload.headers.map(([name, value]) => `  ${cleanText(`${name}: ${value}`)}`);
  return ['', ...headers, '', ...formatBody(payload.body)];
}

/** As text where it is some; what it is exactly stands in the JSON document. */
function formatBody(base64: string): string[] {
  const bytes = Buffer.from(base64, 'base64');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return [`  ${cleanText(text, { maximumLength: 4_000 })}`];
  } catch {
    return [`  ${bytes.length} bytes that are no text. With --json they stand there as base64.`];
  }
}
