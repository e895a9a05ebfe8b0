import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as modules from '@fic-webhooks/sqlite';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { temporaryFolder } from './support/temporary-folder.js';

const require = createRequire(import.meta.url);
// The built package itself, as an application loads it: `npm run build` comes before the tests.
const common = require('@fic-webhooks/sqlite') as typeof modules;
const nodeModules = dirname(dirname(require.resolve('vitest/package.json')));
const run = promisify(execFile);

const program = (load: string) => `${load}
(async () => {
  const inbox = sqliteInbox({ file: process.argv[2] });
  const item = ${JSON.stringify(newItem())};
  const results = [await inbox.put(item), await inbox.put(item)];
  await inbox.transaction((tx) => tx.exec('CREATE TABLE own (id INTEGER)'));
  console.log(...results, (await inbox.health()).waiting);
  await inbox.close();
})();
`;
const asModule = program(`import { sqliteInbox } from '@fic-webhooks/sqlite';`);
const asCommon = program(`const { sqliteInbox } = require('@fic-webhooks/sqlite');`);

async function makeFolder(): Promise<string> {
  const folder = temporaryFolder();
  await symlink(nodeModules, join(folder, 'node_modules'));
  return folder;
}

async function runProgram(folder: string, name: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [join(folder, name), join(folder, 'events.db')], {
    cwd: folder,
  });
  return stdout + stderr;
}

test('has the same names as CommonJS and as ES modules', () => {
  expect(Object.keys(common)).toEqual(Object.keys(modules));
});

test.each([
  ['an ES module', 'program.mjs', asModule],
  ['CommonJS', 'program.cjs', asCommon],
])('works as %s, and leaves nothing running', async (_, name, source) => {
  const folder = await makeFolder();
  await writeFile(join(folder, name), source);
  expect(await runProgram(folder, name)).toBe('stored duplicate 1\n');
});

test.each([
  ['esm', 'mjs', asModule],
  ['cjs', 'cjs', asModule],
  ['cjs', 'cjs', asCommon],
] as const)('works in a bundle in the format %s', async (format, extension, source) => {
  const folder = await makeFolder();
  const entry = join(folder, 'entry.js');
  await writeFile(entry, source);
  // As bundlers of servers do it: what has binaries stays outside.
  await build({
    entryPoints: [entry],
    outfile: join(folder, 'out', `bundle.${extension}`),
    bundle: true,
    platform: 'node',
    format,
    external: ['libsql'],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  });
  expect(readdirSync(join(folder, 'out'))).toEqual([`bundle.${extension}`]);
  expect(await runProgram(folder, `out/bundle.${extension}`)).toBe('stored duplicate 1\n');
});

test('says at the start that libsql, or its binary, is not there', async () => {
  const folder = temporaryFolder();
  const scope = join(folder, 'node_modules', '@fic-webhooks');
  await mkdir(scope, { recursive: true });
  const installed = join(nodeModules, '@fic-webhooks');
  for (const part of ['package.json', 'dist']) {
    await cp(join(installed, 'sqlite', part), join(scope, 'sqlite', part), { recursive: true });
  }
  await symlink(join(installed, 'core'), join(scope, 'core'));
  await writeFile(
    join(folder, 'program.mjs'),
    `import { sqliteInbox } from '@fic-webhooks/sqlite';
    const inbox = sqliteInbox({ file: process.argv[2] });
    const codeOf = (promise) => promise.then(() => 'fulfilled', (error) => error.code);
    console.log(await inbox.ready().catch((error) => error.message));
    console.log(await codeOf(inbox.ready()), await codeOf(inbox.put(${JSON.stringify(newItem())})));
    await inbox.close();`,
  );
  const printed = await runProgram(folder, 'program.mjs');
  expect(printed).toContain("Cannot find package 'libsql'");
  expect(printed).toContain('--omit=optional');
  expect(printed).toContain('module-missing module-missing\n');
});

test('a path with odd characters', async () => {
  const folder = temporaryFolder();
  for (const name of ['with space.db', 'sharp#and?mark.db', 'è.db', "quo'te.db", '%41.db']) {
    const inbox = modules.sqliteInbox({ file: join(folder, name) });
    expect(await inbox.put(newItem())).toBe('stored');
    await inbox.close();
    expect(readdirSync(folder)).toContain(name);
  }
});

test.each([
  ['file', undefined, 'option-invalid'],
  ['file', '', 'option-invalid'],
  ['file', ':memory:', 'option-invalid'],
  ['durability', 'some', 'option-invalid'],
  ['pollInterval', 0, 'option-invalid'],
  ['flie', 'x', 'option-unknown'],
])('refuses the option %s: %s', (option, value, code) => {
  const options = { file: 'events.db', [option]: value } as never;
  expect(() => modules.sqliteInbox(options)).toThrow(expect.objectContaining({ code, option }));
});
