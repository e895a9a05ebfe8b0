import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import Database from 'libsql';

/**
 * Writes a little into a file of SQLite beside the inbox. In a thread, since the driver waits for the lock and for the disk
 * without giving anything else a turn.
 *
 * @param {string} file
 */
export function probeSqlite(file) {
  const database = new Database(file, { timeout: 5_000 });
  database.exec('CREATE TABLE probes (at INTEGER NOT NULL)');
  database.exec('INSERT INTO probes VALUES (0)');
  database.close();
  const thread = new Worker(new URL('probe-thread.js', import.meta.url), { workerData: { file } });
  return {
    /** Resolves when a write is on the disk, and rejects when it could not be done. */
    async write() {
      thread.postMessage('write');
      const [problem] = await once(thread, 'message');
      if (problem !== undefined) throw new Error(problem);
    },
    async stop() {
      thread.postMessage('stop');
      await once(thread, 'exit');
    },
  };
}
