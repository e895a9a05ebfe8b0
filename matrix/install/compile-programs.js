import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const sources = ['../endpoints/', '../../packages/fetch/test/runtimes/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/**
 * Compiles the programs of the endpoints to one kind of modules, with the settings of Nest's own projects: decorators of the
 * older kind, with metadata.
 *
 * @param {string} folder
 * @param {'esm' | 'commonjs'} modules
 */
export async function compilePrograms(folder, modules) {
  const isCommonJs = modules === 'commonjs';
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: isCommonJs ? 'commonjs' : 'module' }));
  for (const source of sources) {
    for (const file of await readdir(source)) {
      const { name, ext } = parse(file);
      // An app of Next.js is a folder, which Next.js itself compiles.
      if (ext === '') await cp(join(source, file), join(folder, file), { recursive: true });
      if (ext !== '.js' && ext !== '.ts') continue;
      const text = await readFile(join(source, file), 'utf8');
      await writeFile(join(folder, `${name}.js`), compile(file, text, isCommonJs));
    }
  }
}

/**
 * @param {string} fileName
 * @param {string} text
 * @param {boolean} isCommonJs
 */
function compile(fileName, text, isCommonJs) {
  const { outputText } = ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      module: isCommonJs ? ts.ModuleKind.CommonJS : ts.ModuleKind.ES2022,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  return outputText;
}
