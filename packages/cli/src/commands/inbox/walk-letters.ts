import type { DeadLetter, Inbox } from '@fic-webhooks/core';
import type { Selection } from './read-selection.js';

/** The most that an inbox gives at once. */
const pageSize = 1_000;

/** Dead letters, the oldest first, as many as are wanted, page by page. */
export async function* walkLetters(
  { deadLetters }: Inbox,
  { reason, limit }: Selection,
): AsyncGenerator<DeadLetter> {
  let after: string | undefined;
  for (let left = limit; left > 0; ) {
    const asked = Math.min(left, pageSize);
    const page = await deadLetters.list({
      limit: asked,
      ...(reason !== undefined && { reason }),
      ...(after !== undefined && { after }),
    });
    yield* page;
    if (page.length < asked) return;
    left -= page.length;
    after = page.at(-1)?.key;
  }
}

/** All of them at once. */
export async function collectLetters(inbox: Inbox, selection: Selection): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const letter of walkLetters(inbox, selection)) letters.push(letter);
  return letters;
}
