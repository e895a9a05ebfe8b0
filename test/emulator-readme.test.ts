import { afterAll, beforeAll, expect, test } from 'vitest';
import { pickSnippet, readSnippets } from './support/read-snippets.js';
import { SnippetWorkshop } from './support/snippet-workshop.js';

const snippets = await readSnippets('packages/emulator/README.md');
const pick = (heading: string) => pickSnippet(snippets, heading);

let workshop: SnippetWorkshop;
beforeAll(async () => {
  // The snippets bring a key of their own.
  workshop = await SnippetWorkshop.open('');
});
afterAll(() => workshop.close());

test('every snippet is run below', () => {
  expect(snippets.map(({ heading }) => heading)).toEqual(['Use', 'The Subscriptions API', 'Faults']);
});

test('the snippets compile under strict settings', async () => {
  expect(await workshop.findTypeErrors(snippets)).toEqual([]);
});

test('Use: a failure, and the retry a minute later', async () => {
  expect(await workshop.run(pick('Use'))).toBe(
    `${[
      '500 is an error of the sink. Attempt 1 of 4: it will be sent again.',
      'entities.clients.create [ 3062300 ]',
      'delivered',
    ].join('\n')}\n`,
  );
});

test("The Subscriptions API: FIC's own SDK", async () => {
  expect(await workshop.run(pick('The Subscriptions API'))).toBe('SUB1 false\n');
});

test('Faults: by probability and by event', async () => {
  expect(await workshop.run(pick('Faults'))).toBe('');
});
