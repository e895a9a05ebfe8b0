import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const head = `
  mock.timers.enable();
  const { privateKey, publicKey } = createTestKeyPair();
  const sink = 'https://example.com/webhooks/fic';
  const receiver = createReceiver({ sink, applicationId: 1234, publicKeys: publicKey, handlers: { '*': () => {} } });
  const handle = () => {
    const { headers, body } = signNotification({ name: 'entities.clients.create', ids: [1] }, { privateKey, sink });
    const bytes = new TextEncoder().encode(body);
    return receiver.handle({ method: 'POST', headers, query: () => undefined, body: () => ({ bytes }) });
  };
  const both = Promise.all([handle(), handle()]);
`;
const tail = `.then((answers) => console.log(answers.map(({ status }) => status).join()));`;

test.each([
  [
    'CommonJS',
    'commonjs',
    `const { mock } = require('node:test');
     const { createReceiver } = require('@fic-webhooks/core');
     const { createTestKeyPair, signNotification } = require('@fic-webhooks/testing');`,
  ],
  [
    'ESM',
    'module',
    `import { mock } from 'node:test';
     import { createReceiver } from '@fic-webhooks/core';
     import { createTestKeyPair, signNotification } from '@fic-webhooks/testing';`,
  ],
])('events are handled while a test has faked all timers: %s', (_, type, imports) => {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const program = `${imports}${head}both${tail}`;
  const args = [`--input-type=${type}`, '--no-warnings', '--eval', program];
  expect(execFileSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 30_000 }).trim()).toBe(
    '204,204',
  );
});
