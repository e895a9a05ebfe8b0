import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/read-snippets.js';

const dist = join(root, 'packages/core/dist');

/** What a built entry loads: its own files and packages, at once or by way of others. */
async function readImports(entry: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const text = await readFile(join(dist, entry), 'utf8');
  for (const [, specifier = ''] of text.matchAll(
    /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\()["']([^"'\n]+)["']/g,
  )) {
    if (specifier.startsWith('./')) await readImports(specifier.slice(2), seen);
    else seen.add(specifier);
  }
  return seen;
}

test.each(['index', 'node', 'catalogue', 'cloudevents'])('%s loads no zod', async (entry) => {
  for (const ending of ['js', 'cjs']) {
    const imports = await readImports(`${entry}.${ending}`);
    expect([...imports].filter((name) => name.startsWith('zod'))).toEqual([]);
  }
});

test('subscriptions loads the small build of zod, and nothing else that is no part of it', async () => {
  for (const ending of ['js', 'cjs']) {
    const imports = await readImports(`subscriptions.${ending}`);
    expect([...imports].filter((name) => !/\.c?js$/.test(name))).toEqual(['zod/mini']);
  }
});

test('ES modules and CommonJS load it, and know the errors of each other', () => {
  const script = `
    const commonJs = require('@fic-webhooks/core/subscriptions');
    const main = require('@fic-webhooks/core');
    import('@fic-webhooks/core/subscriptions').then(async (esm) => {
      const client = commonJs.createSubscriptionsClient({
        companyId: 1,
        accessToken: 'a/x',
        retries: 0,
        fetch: async () => new Response('{}', { status: 404 }),
      });
      const error = await client.list().catch((caught) => caught);
      console.log(
        error instanceof esm.FicApiError,
        error instanceof esm.FicWebhooksError,
        error instanceof main.FicWebhooksError,
        error instanceof esm.InvalidOptionError,
        error.code,
      );
    });`;
  const output = execFileSync(process.execPath, ['-e', script], {
    cwd: join(root, 'test'),
    encoding: 'utf8',
  });
  expect(output).toBe('true true true false api-not-found\n');
});

test('the licences of what was bundled are there', async () => {
  const text = await readFile(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['p-retry', 'is-network-error', 'MIT License', 'Sindre Sorhus'])
    expect(text).toContain(name);
});
