import { once } from 'node:events';
import random from '../plan/random.cjs';
import { startProcess } from './start-process.js';

/** Processes that are killed while they make the tables, one after another, before one may end it. */
const statements = 3;

/**
 * Lets process after process open a store that is new, and kills each of them in the midst of its migration: between two
 * statements, while one is executed, and while all of it is committed.
 *
 * @param {object} options
 * @param {import('../parts/part.js').Part} options.part
 * @param {Record<string, unknown>} options.connection
 * @param {string} options.root
 * @param {number} options.seed
 * @param {Awaited<ReturnType<typeof import('../ledger/start-ledger.js').startLedger>>} options.ledger
 * @param {import('./ceasefire.js').Ceasefire} options.ceasefire
 */
export async function killInMigration({ part, connection, root, seed, ledger, ceasefire }) {
  for (let life = 0; life <= statements; life++) {
    const point = life < statements ? 'migration' : 'migration-commit';
    const child = startProcess({
      ...{ root, program: 'migrate.js', told: { backend: part.name, connection } },
      arms: {
        seed: random.mixSeed(seed, 'migration', life),
        ...{ point, points: [point], fuse: 0 },
        hitsPath: ledger.hitsPath,
        ceasefirePath: ceasefire.path,
        libraries: part.libraries,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    const [code, signal] = await once(child, 'exit');
    await ledger.keep({ is: 'exit', slot: 'migration', pid: child.pid, code, signal });
    if (code !== 0 && code !== null)
      throw new Error(`A process that made tables ended with ${code}: ${output}`);
  }
}
