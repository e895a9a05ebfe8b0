import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from '../local-registry/install-packages.js';
import { tryProgram } from '../run-program.js';

const imports = `
import { createServer } from 'node:http';
import { createReceiver } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { createTestKeyPair, runConformance, sendOverHttp, signNotification } from '@fic-webhooks/testing';
`;

/** A test file as somebody would write it, with the globals of Jest. */
const body = `
const { privateKey, publicKey } = createTestKeyPair();
const sink = 'https://example.com/webhooks/fic';
const handled = [];
let failing = false;
let server;
let send;

beforeAll(async () => {
  const receiver = createReceiver({ sink, applicationId: 1234, publicKeys: publicKey, logger: false });
  receiver.on('*', (event) => {
    if (failing) {
      failing = false;
      throw new Error('as asked for');
    }
    handled.push(event);
  });
  server = createServer(createNodeHandler(receiver));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  send = sendOverHttp('http://127.0.0.1:' + server.address().port + '/');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test('a notification reaches the handler', async () => {
  const { status } = await send(signNotification({ ids: [1, 2] }, { privateKey, sink }));
  expect(status).toBe(204);
  expect(handled[0].ids).toEqual([1, 2]);
});

test('the endpoint conforms', async () => {
  const results = await runConformance({
    sink,
    privateKey,
    send,
    handled: () => handled,
    failNext: () => {
      failing = true;
    },
  });
  expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
}, 60_000);
`;

/** Jest with its defaults: CommonJS, and its own realm for each file. */
const jest = {
  packages: ['jest@30'],
  file: 'conformance.test.js',
  text: imports.replace(/^import (.*) from ('.*');$/gm, 'const $1 = require($2);') + body,
  command: [join('node_modules', 'jest', 'bin', 'jest.js')],
};

const vitest = {
  packages: ['vitest@4'],
  file: 'conformance.test.mjs',
  text: `import { afterAll, beforeAll, expect, test } from 'vitest';${imports}${body}`,
  command: [join('node_modules', 'vitest', 'vitest.mjs'), 'run'],
};

export const testRunners = { Jest: jest, Vitest: vitest };

/**
 * Runs a test that uses the testing kit, in a project of its own.
 *
 * @param {{ runner: typeof jest, folder: string, registry: string }} options
 */
export async function checkTestRunner({ runner: { packages, file, text, command }, folder, registry }) {
  await mkdir(folder, { recursive: true });
  const ours = ['@fic-webhooks/core', '@fic-webhooks/testing'];
  await installPackages({ folder, registry, packages: [...ours, ...packages] });
  await writeFile(join(folder, file), text);
  const { code, stdout, stderr } = await tryProgram({
    command: [process.execPath, ...command],
    folder,
    env: { NO_COLOR: '1' },
  });
  // A runner that finds no test might be content with that.
  if (code === 0 && /Tests:?\s+2 passed/.test(stdout + stderr)) return;
  throw new Error(`The tests did not pass:\n${stdout}${stderr}`);
}
