import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FicWebhooksError } from '@fic-webhooks/core';
import Database from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { codeOf, openInbox, temporaryFile } from './support/open-inbox.js';
import { temporaryFolder } from './support/temporary-folder.js';

/** What every method of an inbox on the file is rejected with. */
async function refusal(file: string): Promise<FicWebhooksError> {
  const inbox = openInbox({ file });
  const error = await inbox.ready().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(FicWebhooksError);
  const { code } = error as FicWebhooksError;
  expect(await codeOf(inbox.put(newItem()))).toBe(code);
  expect(await codeOf(inbox.bury({ ...newItem(), reason: 'unreadable', error: '' }))).toBe(code);
  expect(await codeOf(inbox.health())).toBe(code);
  expect(await codeOf(inbox.deadLetters.list())).toBe(code);
  expect(await codeOf(inbox.deadLetters.retry('a'))).toBe(code);
  expect(await codeOf(inbox.transaction(() => undefined))).toBe(code);
  await inbox.close();
  return error as FicWebhooksError;
}

async function makeFile(items = 200): Promise<string> {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await Promise.all(Array.from({ length: items }, () => inbox.put(newItem())));
  await inbox.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
  return file;
}

test('a text, and one of a few bytes', async () => {
  for (const text of ['Buy milk. '.repeat(500), 'Hi.']) {
    const file = temporaryFile();
    writeFileSync(file, text);
    const error = await refusal(file);
    expect(error).toMatchObject({ code: 'inbox-corrupt' });
    expect(error.message).toContain(`${file} is not an intact SQLite database. It is left as it is`);
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});

test('a header that was overwritten', async () => {
  const file = await makeFile();
  const bytes = readFileSync(file);
  bytes.fill('garbage', 0, 100);
  writeFileSync(file, bytes);
  expect((await refusal(file)).code).toBe('inbox-corrupt');
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test('a file whose end is missing', async () => {
  const file = await makeFile();
  truncateSync(file, Math.floor(statSync(file).size / 8_192) * 4_096);
  const before = readFileSync(file);
  expect((await refusal(file)).code).toBe('inbox-corrupt');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('pages that were overwritten', async () => {
  const file = await makeFile();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4_096 * 2, 4_096 * 20);
  writeFileSync(file, bytes);
  expect((await refusal(file)).code).toBe('inbox-corrupt');
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test('a large file whose end is missing', async () => {
  const file = await makeFile();
  const database = new Database(file);
  // More than is looked through at the start.
  database.exec('CREATE TABLE ballast (filler BLOB); INSERT INTO ballast VALUES (zeroblob(40000000))');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  truncateSync(file, statSync(file).size - 4_096);
  expect((await refusal(file)).code).toBe('inbox-corrupt');
});

test('a database of another program', async () => {
  const file = temporaryFile();
  const database = new Database(file);
  database.exec('CREATE TABLE customers (name TEXT)');
  database.close();
  const before = readFileSync(file);
  const error = await refusal(file);
  expect(error).toMatchObject({ code: 'inbox-corrupt' });
  expect(error.message).toContain('a database of another program');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a file of a newer version', async () => {
  const file = await makeFile();
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = DELETE; PRAGMA user_version = 999');
  database.close();
  const before = readFileSync(file);
  const error = await refusal(file);
  expect(error).toMatchObject({ code: 'inbox-schema-newer' });
  expect(error.message).toContain('update the package');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('an empty file is one that an inbox may begin', async () => {
  const file = temporaryFile();
  writeFileSync(file, '');
  expect(await openInbox({ file }).put(newItem())).toBe('stored');
});

test('a folder that is missing: the inbox goes on once it is there', async () => {
  const folder = join(temporaryFolder(), 'missing');
  const inbox = openInbox({ file: join(folder, 'events.db') });
  await inbox.ready();
  const started = performance.now();
  const error = await inbox.put(newItem()).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'inbox-unreachable' });
  expect((error as Error).message).toContain('its folder is missing');
  expect(performance.now() - started).toBeLessThan(2_000);
  mkdirSync(folder);
  await expect.poll(() => codeOf(inbox.put(newItem())), { timeout: 3_000 }).toBe('fulfilled');
});

test('a folder in the place of the file', async () => {
  const inbox = openInbox({ file: temporaryFolder() });
  expect(await codeOf(inbox.put(newItem()))).toBe('inbox-unreachable');
});

test('a folder and a file that may not be written', async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const readOnly = join(folder, 'read-only');
  mkdirSync(readOnly);
  const existing = join(readOnly, 'events.db');
  copyFileSync(await makeFile(), existing);
  const before = readFileSync(existing);
  chmodSync(existing, 0o444);
  chmodSync(readOnly, 0o555);
  if (process.getuid?.() !== 0)
    process.stdout.write('Tried as this user: only root can take another user.\n');
  const entry = pathToFileURL(createRequire(import.meta.url).resolve('@fic-webhooks/sqlite')).href;
  const script = `
    import { sqliteInbox } from ${JSON.stringify(entry)}; // the CommonJS build
    if (process.getuid() === 0) process.setuid(65534);
    const item = ${JSON.stringify(newItem())};
    for (const file of process.argv.slice(1)) {
      const inbox = sqliteInbox({ file });
      await inbox.ready();
      try { process.stdout.write(await inbox.put(item) + ' '); } catch (error) { process.stdout.write(error.code + ' '); }
      await inbox.close();
    }`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script, existing, join(readOnly, 'new.db')],
    { encoding: 'utf8' },
  );
  expect({ stdout, stderr }).toEqual({ stdout: 'inbox-unreachable inbox-unreachable ', stderr: '' });
  expect(readFileSync(existing).equals(before)).toBe(true);
});

test('a file system in memory is not durable, unless that is wanted', async ({ skip }) => {
  const shared = '/dev/shm';
  if (!existsSync(shared) || statfsSync(shared).type !== 0x01021994) {
    process.stdout.write('Skipped: there is no tmpfs on /dev/shm.\n');
    skip();
  }
  const folder = mkdtempSync(join(shared, 'fic-webhooks-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'events.db');
  const error = await refusal(file);
  expect(error).toMatchObject({ code: 'inbox-not-durable' });
  expect(error.message).toMatch(/in memory \(tmpfs\).*durability to 'relaxed'/);
  // Refused before anything was written.
  expect(existsSync(file)).toBe(false);
  expect(await openInbox({ file, durability: 'relaxed' }).put(newItem())).toBe('stored');
});

test('a link to a file in memory', async ({ skip }) => {
  const memory = '/dev/shm';
  const isInMemory = existsSync(memory) && statfsSync(memory).type === 0x01021994;
  skip(!isInMemory, 'There is no file system in memory at /dev/shm.');
  const folder = mkdtempSync(join(memory, 'fic-webhooks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'events.db'), '');
  const file = temporaryFile();
  symlinkSync(join(folder, 'events.db'), file);
  expect((await refusal(file)).code).toBe('inbox-not-durable');
});
