import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

const nodeModules = dirname(dirname(createRequire(import.meta.url).resolve('vitest/package.json')));

/** The settings of a new Nest project that matter here, and strict ones. */
const compilerOptions = {
  target: 'ES2022',
  module: 'nodenext',
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  isolatedModules: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: ['node'],
  outDir: 'dist',
  rootDir: 'src',
};

/**
 * Compiles files as an application does, with the compiler itself and against the built package, in a folder outside of
 * the repository.
 *
 * @param type - What the folder's package.json says: decides whether ES modules or CommonJS come out.
 * @returns The path of the compiled file of each name.
 * @throws With the complaints of the compiler.
 */
export async function compileApps(
  type: 'module' | 'commonjs',
  files: ReadonlyMap<string, string>,
): Promise<(name: string) => string> {
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-nestjs-'));
  afterAll(() => rm(folder, { recursive: true }));
  await symlink(nodeModules, join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await mkdir(join(folder, 'src'));
  for (const [name, text] of files) await writeFile(join(folder, 'src', `${name}.ts`), text);
  try {
    await promisify(execFile)(process.execPath, [join(nodeModules, 'typescript/bin/tsc'), '-p', folder]);
  } catch (error) {
    throw new Error(`The compiler complains:\n${(error as { stdout?: string }).stdout}`);
  }
  return (name) => join(folder, 'dist', `${name}.js`);
}
