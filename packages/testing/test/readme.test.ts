import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';

// Every ```ts block of the README is bundled with the sources of this package and run by the runner it is meant for,
// in a process of its own.

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const vitestFolder = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
const nodeModules = dirname(vitestFolder);
const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-readme-'));
  await symlink(nodeModules, join(folder, 'node_modules'));
  await writeFile(join(folder, 'vitest.config.mjs'), 'export default {};');
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes the snippet as a JavaScript module, and gives its path. */
async function compile(snippet: string, name: string): Promise<string> {
  const outfile = join(folder, name);
  // The one change: a port that is free here and now.
  const contents = snippet.replaceAll(/\b39\d\d\b/g, String(await findFreePort()));
  const result = await build({
    stdin: { contents, resolveDir: packageFolder, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    alias: { '@fic-webhooks/testing': join(packageFolder, 'src/index.ts') },
    external: ['@fic-webhooks/core', 'vitest'],
  });
  await writeFile(outfile, result.outputFiles[0]?.text ?? '');
  return outfile;
}

function pick(contents: string): string {
  const found = snippets.filter((snippet) => snippet.includes(contents));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

async function runVitest(file: string, ...more: string[]) {
  const { VITEST: _inner, ...env } = process.env;
  const options = ['run', '--root', folder, '--reporter', 'json', '--dir', folder, ...more, file];
  const { stdout } = await run(process.execPath, [join(vitestFolder, 'vitest.mjs'), ...options], {
    cwd: folder,
    env,
  });
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as { numPassedTests: number; numTotalTests: number };
}

test('the README has the snippets that are run here', () => {
  expect(snippets).toHaveLength(8);
});

test('the first example prints what it says', async () => {
  const { stdout } = await run(process.execPath, [
    await compile(pick('sendOverHttp, signNotification }'), 'use.mjs'),
  ]);
  expect(stdout).toBe('entities.clients.create [ 3062300 ]\n204\n503 token-audience\ntrue\n');
});

test('the store example passes', async () => {
  const { stdout } = await run(process.execPath, [await compile(pick('runStoreConformance'), 'store.mjs')]);
  expect(stdout.trim().split('\n').length).toBeGreaterThan(20);
  expect(stdout).not.toMatch(/^(fail|skip)/m);
});

test('the inbox example passes, and ends', async () => {
  const { stdout } = await run(process.execPath, [await compile(pick('runInboxConformance'), 'inbox.mjs')]);
  expect(stdout.trim().split('\n').length).toBeGreaterThan(40);
  expect(stdout).not.toMatch(/^fail/m);
  expect(stdout.match(/^skip .*/gm)).toEqual([expect.stringMatching(/^skip reopen: /)]);
});

test('the example with an inbox prints what it says, and ends', async () => {
  const { stdout } = await run(process.execPath, [
    await compile(pick('worker: { attempts: 1 }'), 'memory.mjs'),
  ]);
  expect(stdout).toBe('202\nattempts entities.*: The ERP is away.\n');
});

test('the Vitest example passes', async () => {
  const file = await compile(pick("from 'vitest'"), 'vitest.test.mjs');
  expect(await runVitest(file)).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
});

test('the Jest example passes, on the globals that Jest and Vitest share', async () => {
  const file = await compile(pick('test.each'), 'jest.test.mjs');
  const { numPassedTests, numTotalTests } = await runVitest(file, '--globals');
  expect(numTotalTests).toBeGreaterThan(200);
  expect(numPassedTests).toBe(numTotalTests);
});

test('the node:test example passes', async () => {
  const file = await compile(pick("from 'node:test'"), 'node.test.mjs');
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter', 'tap', file]);
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(200);
});

test('the example without a socket says why its app does not conform', async () => {
  const { stdout } = await run(process.execPath, [await compile(pick('new Response'), 'fetch.mjs')]);
  expect(stdout).toMatch(
    /^Expected 200 with a JSON body; got 200 \(text\/plain;charset=UTF-8\) with the body Hello/,
  );
});
