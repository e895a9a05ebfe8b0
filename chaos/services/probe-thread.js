import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';

/** Longer than any fault lasts. Milliseconds. */
const patience = 10_000;

const database = new Database(workerData.file, { timeout: patience });
// The log is copied by the inbox, when and as it wants to.
database.pragma('wal_autocheckpoint = 0');
const write = database.prepare('UPDATE probes SET at = ?');

parentPort?.on('message', (message) => {
  if (message === 'stop') {
    database.close();
    parentPort?.close();
    return;
  }
  try {
    write.run(Date.now());
    parentPort?.postMessage(undefined);
  } catch (error) {
    parentPort?.postMessage(String(error));
  }
});
