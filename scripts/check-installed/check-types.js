import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPackages } from '../local-registry/install-packages.js';
import { tryProgram } from '../run-program.js';
import { typeProbes } from './type-probe.js';

/** From the oldest that is promised to work, to the newest. */
const compilers = ['5.4', '5.6', '5.9', '6.0', '7.0'];

/** The ways in which compilers and bundlers find declarations. */
const settings = {
  'nodenext, ESM and CommonJS': {
    files: ['types.mts', 'types.cts'],
    options: { module: 'nodenext', moduleResolution: 'nodenext' },
  },
  bundler: { files: ['bundler.ts'], options: { module: 'esnext', moduleResolution: 'bundler' } },
  node10: { files: ['node10.ts'], options: { module: 'commonjs', moduleResolution: 'node10' } },
};

/**
 * Compiles a program against the installed declarations, with every compiler under every setting. Errors in it and in our
 * declarations count, those in the declarations of others do not.
 *
 * @param {{ folder: string, compilersFolder: string, registry: string }} options `folder` is where the packages are installed.
 * @returns {Promise<string[]>} What had to be left out, and why.
 */
export async function checkTypes({ folder, compilersFolder, registry }) {
  const packages = compilers.map((version) => `typescript-${version}@npm:typescript@${version}`);
  await installPackages({ folder: compilersFolder, registry, packages });
  for (const [file, text] of Object.entries(typeProbes)) await writeFile(join(folder, file), text);

  /** @type {string[]} */
  const leftOut = [];
  const runs = compilers.flatMap((version) =>
    Object.entries(settings).map(([title, setting]) => ({ version, title, ...setting })),
  );
  for (const { version, title, files, options } of runs) {
    const compiler = join(compilersFolder, 'node_modules', `typescript-${version}`, 'bin', 'tsc');
    const project = join(folder, `tsconfig.${options.moduleResolution}-${version}.json`);
    await writeFile(project, JSON.stringify(describeProject(version, files, options)));
    const errors = await compile(compiler, project, folder);
    const own = errors.filter((error) => /^(?:types|bundler|node10)\.|@fic-webhooks/.test(error));
    if (own.length > 0) throw new Error(`TypeScript ${version} under ${title}:\n${own.join('\n')}`);
    // An error without a file is about the options: the compiler does not know the setting any more.
    const refusal = errors.find((error) => error.startsWith('error TS') || error.startsWith('tsconfig.'));
    if (refusal !== undefined) leftOut.push(`TypeScript ${version} under ${title}: ${refusal}`);
  }
  return leftOut;
}

/**
 * @param {string} version
 * @param {readonly string[]} files
 * @param {Record<string, string>} options
 */
function describeProject(version, files, options) {
  return {
    files,
    compilerOptions: {
      ...options,
      target: 'es2022',
      strict: true,
      noEmit: true,
      esModuleInterop: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      types: ['node'],
      // Version 6 still has node10, and only asks for this.
      ...(version.startsWith('6.') && { ignoreDeprecations: '6.0' }),
    },
  };
}

/**
 * @param {string} compiler
 * @param {string} project
 * @param {string} folder
 * @returns {Promise<string[]>} The errors, one line each.
 */
async function compile(compiler, project, folder) {
  const command = [process.execPath, compiler, '--pretty', 'false', '-p', project];
  const { code, stdout, stderr } = await tryProgram({ command, folder });
  const lines = stdout.split('\n').filter((line) => line.includes('error TS'));
  if (code !== 0 && lines.length === 0) throw new Error(`The compiler failed: ${stdout}${stderr}`);
  return lines;
}
