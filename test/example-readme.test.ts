import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from './support/find-free-port.js';
import { pickSnippet, readSnippets, root } from './support/read-snippets.js';

const run = promisify(execFile);

test('the sender of the example README meets a copy of the example', async () => {
  const snippets = await readSnippets('examples/express/README.md');
  expect(snippets).toHaveLength(1);
  const { text } = pickSnippet(snippets, 'Run it against a sender of your own');

  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(root, 'examples/express/src'), join(folder, 'src'), { recursive: true });
  await cp(join(root, 'examples/express/package.json'), join(folder, 'package.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'try.ts'), text.replaceAll(/\b3000\b/g, String(await findFreePort())));

  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'try.ts'], { cwd: folder });
  expect(stdout).toMatch(/^200 \{"verification":"[^"]+"\}$/m);
  expect(stdout).toContain('client 3062300 of company 108061: create');
  expect(stdout).toMatch(/^204$/m);
});
