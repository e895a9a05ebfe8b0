/**
 * Tries the packages as they are packed against every version of the frameworks and runtimes that they are made for: the
 * whole conformance suite over HTTP, and every answer compared with that of core on bare node:http.
 *
 *   node matrix/main.js [--pairwise] [--only <text>]… [--json <file>]
 *
 * Needs built packages, and the registry that npm is configured for.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createTestKeyPair } from '@fic-webhooks/testing';
import { exitOnSignals } from '../scripts/clean-up-at-exit.js';
import { publishPackages } from '../scripts/local-registry/publish-packages.js';
import { startRegistry } from '../scripts/local-registry/start-registry.js';
import { makeTemporaryFolder } from '../scripts/make-temporary-folder.js';
import { runAll } from '../scripts/run-all.js';
import { prepareRows } from './install/prepare-rows.js';
import { createRows } from './plan/create-rows.js';
import { selectRows } from './plan/select-rows.js';
import {
  formatExceptions,
  formatOutcomes,
  formatProblems,
  formatUnneeded,
  isPassed,
  toJson,
} from './report/report-outcomes.js';
import { groups, reference } from './rows.js';
import { recordReference, runRow } from './run/run-row.js';

const { values: flags } = parseArgs({
  options: {
    pairwise: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
});
const plan = selectRows(groups, flags);
if (plan.rows.length === 0) {
  console.error(`No row has ${flags.only.join(' or ')} in its title.`);
  process.exit(1);
}

if (flags.pairwise && flags.only.length === 0 && plan.covered < plan.pairs) {
  throw new Error(
    `The selection covers ${plan.covered} of ${plan.pairs} pairs of values. It must cover all.`,
  );
}

exitOnSignals();
const folder = makeTemporaryFolder('matrix');

const startedAt = performance.now();
const atOnce = Math.max(2, availableParallelism());
const share = plan.rows.length === plan.all ? 'all' : `of ${plan.all}`;
console.log(
  `${plan.rows.length} rows (${share}), which hold ${plan.covered} of the ${plan.pairs} pairs of values, ${atOnce} at a time.`,
);

const bench = await prepare();
const answers = await recordReference(referenceRow(), bench);

console.log('\nRun:');
/** @type {Awaited<ReturnType<typeof runRow>>[]} */
const outcomes = [];
await runAll([...plan.rows.entries()], atOnce, async ([index, row]) => {
  const outcome = await runRow(row, bench, answers);
  outcomes[index] = outcome;
  const done = Object.keys(outcomes).length;
  const mark = isPassed(outcome) ? '✔' : '✘';
  console.log(`  [${done}/${plan.rows.length}] ${mark} ${row.title} (${outcome.seconds.toFixed(1)} s)`);
});

console.log(`\n${formatOutcomes(outcomes)}`);
for (const [heading, lines] of [
  ['Exceptions that rows.js allows and that were needed:', formatExceptions(outcomes)],
  ['Exceptions that were not needed, and may go:', formatUnneeded(outcomes)],
]) {
  if (lines !== '') console.log(`\n${heading}\n${lines}`);
}
if (flags.json !== undefined) await writeFile(flags.json, toJson(outcomes));

const failed = outcomes.filter((outcome) => !isPassed(outcome));
for (const outcome of failed) console.error(`\n✘ ${formatProblems(outcome)}`);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(`\n${outcomes.length - failed.length} of ${outcomes.length} rows passed, in ${seconds} s.`);
process.exit(failed.length === 0 ? 0 : 1);

/** The row whose answers are those that all others must give. */
function referenceRow() {
  const [row] = createRows(reference);
  if (row === undefined) throw new Error('rows.js has no reference.');
  return row;
}

async function prepare() {
  const registry = await startRegistry(0);
  try {
    const published = await publishPackages(registry.url);
    console.log(`\nPacked and published to a registry of this run:\n  ${published.join(', ')}\n\nInstalled:`);
    const locate = await prepareRows({
      rows: [referenceRow(), ...plan.rows],
      folder,
      registry: registry.url,
      atOnce,
      onDone: (done) => console.log(`  ${done}`),
    });
    const { privateKey, publicKey } = createTestKeyPair();
    const keys = { sink: 'https://example.com/webhooks/fic', privateKey, applicationId: 1234 };
    return { keys, publicKey, locate };
  } finally {
    await registry.close();
  }
}
