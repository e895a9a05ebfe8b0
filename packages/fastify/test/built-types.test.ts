import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

// The types of the built package, as an application sees them: `npm run build` comes before the tests.

const require = createRequire(import.meta.url);
const nodeModules = dirname(dirname(require.resolve('vitest/package.json')));
const checks = await readFile(new URL('types/plugins.ts', import.meta.url), 'utf8');
const base = fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url));

test.each(['fastify-5.0', 'fastify'])(
  'the built types fit those of %s',
  { timeout: 60_000 },
  async (name) => {
    const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-fastify-types-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await symlink(nodeModules, join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(folder, 'plugins.ts'),
      checks.replace('../../src/index.js', '@fic-webhooks/fastify'),
    );
    const types = join(dirname(require.resolve(`${name}/package.json`)), 'fastify.d.ts');
    const compilerOptions = { paths: { fastify: [types] } };
    const config = { extends: base, compilerOptions, include: ['plugins.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const arguments_ = [require.resolve('typescript/bin/tsc'), '-p', folder, '--listFiles'];
    const { stdout } = await promisify(execFile)(process.execPath, arguments_).catch(
      (error: { stdout: string }) => error,
    );
    const files = stdout.split('\n').filter((line) => line.startsWith('/'));
    expect(stdout.split('\n').filter((line) => line !== '' && !files.includes(line))).toEqual([]);
    expect(files.filter((line) => line.endsWith('/fastify.d.ts'))).toEqual([types]);
  },
);
