import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { EmulatorError } from '../../src/emulator-error.js';
import { openState } from '../../src/state/open-state.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function refusal(file: string): EmulatorError {
  try {
    openState(file).close();
  } catch (error) {
    expect(error).toBeInstanceOf(EmulatorError);
    return error as EmulatorError;
  }
  throw new Error('It was opened.');
}

test('a file that is in use', () => {
  const file = join(temporaryFolder(), 'state.db');
  const state = openState(file);
  const error = refusal(file);
  expect(error).toMatchObject({ code: 'state-in-use', field: 'state' });
  expect(error.message).toBe(
    `${file} is in use. Probably another emulator runs on it: stop that one, or give another file.`,
  );
  // The first goes on, and the file is free again once it ends.
  state.settings.write('x', 1);
  state.close();
  openState(file).close();
});

test('a file that another process uses', () => {
  const file = join(temporaryFolder(), 'state.db');
  const state = openState(file);
  const script = `
    import { openState } from ${JSON.stringify(new URL('../../src/state/open-state.ts', import.meta.url).href)};
    try { openState(process.argv[1]); } catch (error) { process.stdout.write(error.code); }`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script, file],
    { encoding: 'utf8' },
  );
  expect({ stdout, stderr }).toEqual({ stdout: 'state-in-use', stderr: '' });
  state.close();
});

test('a text', () => {
  const file = join(temporaryFolder(), 'notes.txt');
  writeFileSync(file, 'Buy milk. '.repeat(500));
  expect(refusal(file)).toMatchObject({ code: 'state-unreadable', field: 'state' });
  expect(refusal(file).message).toContain(`${file} cannot be used as state: file is not a database`);
  expect(readFileSync(file, 'utf8')).toBe('Buy milk. '.repeat(500));
});

test('a short text', () => {
  const file = join(temporaryFolder(), 'notes.txt');
  writeFileSync(file, 'Hi.');
  expect(refusal(file).code).toBe('state-unreadable');
  expect(readFileSync(file, 'utf8')).toBe('Hi.');
});

test('an empty file is one that an emulator may begin', () => {
  const file = join(temporaryFolder(), 'state.db');
  writeFileSync(file, '');
  const state = openState(file);
  state.settings.write('x', 1);
  state.close();
  const again = openState(file);
  expect(again.settings.read('x')).toBe(1);
  again.close();
});

test('a folder, and a path that leads nowhere', () => {
  const folder = temporaryFolder();
  for (const path of [folder, join(folder, 'missing', 'state.db'), join(folder, 'x'.repeat(300))]) {
    expect(refusal(path)).toMatchObject({ code: 'state-unreadable', field: 'state' });
    expect(refusal(path).message).toContain('in a folder you may write to');
  }
});

test('a file of a newer version', () => {
  const file = join(temporaryFolder(), 'state.db');
  openState(file).close();
  const database = new Database(file);
  database.exec('PRAGMA user_version = 999');
  database.close();
  const before = readFileSync(file);
  expect(refusal(file)).toMatchObject({ code: 'state-newer', field: 'state' });
  expect(refusal(file).message).toContain('Update this one, or give another file.');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a database of another program is left as it is', () => {
  const file = join(temporaryFolder(), 'shop.db');
  const database = new Database(file);
  database.exec('CREATE TABLE customers (name TEXT)');
  database.close();
  const before = readFileSync(file);
  expect(refusal(file).code).toBe('state-unreadable');
  expect(refusal(file).message).toContain('a database of another program');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a file that was damaged', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'state.db');
  openState(file).close();
  const cut = join(folder, 'cut.db');
  copyFileSync(file, cut);
  truncateSync(cut, 5_000);
  expect(refusal(cut).code).toBe('state-unreadable');
});

test('a folder and a file that may not be written', () => {
  if (process.getuid?.() !== 0) {
    process.stdout.write('Tried as this user: only root can take another user.\n');
  }
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  const existing = join(locked, 'state.db');
  openState(existing).close();
  chmodSync(existing, 0o444);
  chmodSync(locked, 0o555);
  const script = `
    import { openState } from ${JSON.stringify(new URL('../../src/state/open-state.ts', import.meta.url).href)};
    if (process.getuid() === 0) process.setuid(65534);
    for (const file of process.argv.slice(1)) {
      try { openState(file); process.stdout.write('opened '); } catch (error) { process.stdout.write(error.code + ' '); }
    }`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script, existing, join(locked, 'new.db')],
    { encoding: 'utf8' },
  );
  expect({ stdout, stderr }).toEqual({ stdout: 'state-unreadable state-unreadable ', stderr: '' });
});
