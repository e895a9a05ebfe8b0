import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import corePackage from '@fic-webhooks/core/package.json' with { type: 'json' };
import { build } from 'esbuild';

/** @import { BenchResult, Measurement } from '../harness/measurement.js' */

/** Here the packages are found. */
const folder = fileURLToPath(new URL('.', import.meta.url));

/** In kB of 1,000 bytes. */
const targets = new Map([
  ['.', 12],
  ['./cloudevents', 4],
]);

/**
 * What each entry point of core weighs with all its dependencies, minified and compressed. What is built into Node.js
 * does not count.
 *
 * @returns {Promise<BenchResult>}
 */
export async function benchBundleSize() {
  const entries = Object.keys(corePackage.exports).filter((entry) => entry !== './package.json');
  return { measurements: await Promise.all(entries.map(measureEntry)), figures: [] };
}

/**
 * @param {string} entry - As in the `exports` of package.json.
 * @returns {Promise<Measurement>}
 */
async function measureEntry(entry) {
  const specifier = `${corePackage.name}${entry.slice(1)}`;
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${specifier}';`, resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
    logLevel: 'error',
  });
  const bytes = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  const target = targets.get(entry);
  return {
    name: `${specifier}, minified and compressed with gzip`,
    unit: 'kB',
    better: 'lower',
    samples: [bytes / 1000],
    ...(target !== undefined && { target: { median: target } }),
  };
}
