import { findFreePort } from '../../scripts/find-free-port.js';
import { judgeRow } from './judge-row.js';
import { recordAnswers, runSuite } from './run-suite.js';
import { startEndpoint } from './start-endpoint.js';

/**
 * @typedef {import('../plan/create-rows.js').Row} Row
 * @typedef {import('./record-answer.js').Answer} Answer
 * @typedef {import('./run-suite.js').Target} Target
 * @typedef {import('./judge-row.js').Verdict} Verdict
 *
 * @typedef {object} Bench What all rows of a run share.
 * @property {Required<Target['keys']>} keys
 * @property {string} publicKey
 * @property {(row: Row) => import('../install/prepare-rows.js').Start} locate
 */

/**
 * Starts the endpoint of a row, runs the suite against it, and compares its answers with those of the reference. Never
 * rejects.
 *
 * @param {Row} row
 * @param {Bench} bench
 * @param {ReadonlyMap<string, readonly Answer[]>} reference
 * @returns {Promise<Verdict & { row: Row, seconds: number }>}
 */
export async function runRow(row, bench, reference) {
  const startedAt = performance.now();
  /** @type {Verdict} */
  let verdict;
  try {
    verdict = await withEndpoint(row, bench, async (target) => {
      const results = await runSuite(target);
      return judgeRow({ row, results, answers: await recordAnswers(target), reference });
    });
  } catch (error) {
    const problems = [error instanceof Error ? error.message : String(error)];
    verdict = { pass: 0, skip: 0, fail: 0, equal: 0, excused: new Map(), problems };
  }
  return { ...verdict, row, seconds: (performance.now() - startedAt) / 1000 };
}

/**
 * The answers of an endpoint, for others to be compared with.
 *
 * @param {Row} row
 * @param {Bench} bench
 */
export function recordReference(row, bench) {
  return withEndpoint(row, bench, recordAnswers);
}

/**
 * @template T
 * @param {Row} row
 * @param {Bench} bench
 * @param {(target: Target) => Promise<T>} use
 * @returns {Promise<T>}
 */
async function withEndpoint(row, { keys, publicKey, locate }, use) {
  const port = await findFreePort();
  const controlPort = row.group.ownControl ? port : await findFreePort();
  const prefix = row.group.prefix?.(row.values) ?? '';
  const control = `http://127.0.0.1:${controlPort}${prefix}/control`;
  const endpoint = await startEndpoint({
    ...locate(row),
    control,
    env: {
      PORT: String(port),
      CONTROL_PORT: String(controlPort),
      FIC_SINK: keys.sink,
      FIC_APPLICATION_ID: String(keys.applicationId),
      FIC_PUBLIC_KEY: publicKey,
      ROW: JSON.stringify(row.values),
    },
  });
  try {
    return await use({ url: `http://127.0.0.1:${port}${prefix}/webhooks/fic`, control, keys });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${endpoint.lastWords()}`);
  } finally {
    endpoint.stop();
  }
}
