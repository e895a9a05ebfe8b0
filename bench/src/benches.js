import { benchBullmq } from './benches/bullmq.js';
import { benchBundleSize } from './benches/bundle-size.js';
import { benchCommandStart } from './benches/command-start.js';
import { benchEmulator } from './benches/emulator.js';
import { benchExpress, benchFastify, benchNestExpress, benchNestFastify } from './benches/frameworks.js';
import { benchHandWritten } from './benches/hand-written.js';
import { benchImportTime } from './benches/import-time.js';
import { benchMainThread } from './benches/main-thread.js';
import { benchPipeline } from './benches/pipeline.js';
import { benchSqlite } from './benches/sqlite.js';

/** @import { BenchContext } from './bench-context.js' */
/** @import { BenchResult } from './harness/measurement.js' */

/**
 * All benches, in the order in which they run.
 *
 * @type {readonly { name: string, title: string, run: (context: BenchContext) => Promise<BenchResult> }[]}
 */
export const benches = [
  { name: 'pipeline', title: 'The whole pipeline', run: benchPipeline },
  { name: 'hand-written', title: 'Against the same by hand', run: benchHandWritten },
  { name: 'main-thread', title: 'Time of the main thread', run: benchMainThread },
  { name: 'express', title: 'Express over HTTP', run: benchExpress },
  { name: 'fastify', title: 'Fastify over HTTP', run: benchFastify },
  { name: 'nest-express', title: 'Nest on Express over HTTP', run: benchNestExpress },
  { name: 'nest-fastify', title: 'Nest on Fastify over HTTP', run: benchNestFastify },
  { name: 'sqlite', title: 'The inbox in SQLite', run: benchSqlite },
  { name: 'bullmq', title: 'The inbox on BullMQ', run: benchBullmq },
  { name: 'emulator', title: 'The emulator', run: benchEmulator },
  { name: 'import-time', title: 'Time to import', run: benchImportTime },
  { name: 'command-start', title: 'Time to start the command', run: benchCommandStart },
  { name: 'bundle-size', title: 'Weight', run: benchBundleSize },
];
