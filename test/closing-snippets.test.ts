import { execFileSync } from 'node:child_process';
import { createTestKeyPair, signNotification } from '@fic-webhooks/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { test as redisTest } from './stores/redis-test.js';
import { startRedis } from './stores/start-redis.js';
import { beginEvent } from './support/begin-event.js';
import { readSnippets, root, type Snippet } from './support/read-snippets.js';
import { SnippetWorkshop } from './support/snippet-workshop.js';

// Fatture in Cloud opens a connection for each event. One that is refused is not known to be tried again, and a 503 is: a server
// has to listen until its receiver has closed.

const { privateKey, publicKey } = createTestKeyPair();
const signing = { privateKey, sink: 'https://example.com/webhooks/fic' };

const readmes = execFileSync('git', ['ls-files', 'README.md', 'packages/*/README.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n');
const closing: [title: string, snippet: Snippet][] = [];
for (const readme of readmes) {
  for (const snippet of await readSnippets(readme)) {
    if (/SIGTERM.*server\.close\(\)/s.test(snippet.text))
      closing.push([`${readme}, ${snippet.heading}`, snippet]);
  }
}
const onRedis = closing.filter(([, snippet]) => snippet.text.includes('6379'));
const alone = closing.filter((one) => !onRedis.includes(one));

let workshop: SnippetWorkshop;
beforeAll(async () => {
  workshop = await SnippetWorkshop.open(publicKey);
});
afterAll(() => workshop.close());

test('there are snippets that close a server', () => {
  expect(alone.length).toBeGreaterThan(0);
  expect(onRedis.length).toBeGreaterThan(0);
});

test.each(alone)('%s: what comes in meanwhile is answered', (_title, snippet) => turnsAway(snippet));

redisTest.each(onRedis)('%s: what comes in meanwhile is answered', async (_title, snippet) => {
  const { port } = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
  const text = snippet.text
    .replaceAll(/process\.env\[.*?\] \?\? /g, '')
    .replaceAll(/\b6379\b/g, String(port));
  await turnsAway({ ...snippet, text });
});

/** Stops a snippet while an event is in flight, and sends another one. */
async function turnsAway(snippet: Snippet): Promise<void> {
  const app = await workshop.start(snippet, '/webhooks/fic');
  const sendBody = await beginEvent(app.url, signNotification({ ids: [1] }, signing));
  const ended = app.stop();
  const send = () => app.send(signNotification({ ids: [2] }, signing));
  const turnedAway = { status: 503, body: expect.stringContaining('"closing"') };
  await expect.poll(send).toMatchObject(turnedAway);
  expect(await send()).toMatchObject(turnedAway);
  expect([202, 204]).toContain(await sendBody());
  expect(await ended).toBe(0);
}
