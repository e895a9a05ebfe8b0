import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadSettings, ToThread } from './store/store-operations.js';
import { Reader } from './thread/reader.js';
import { ThreadPort } from './thread/thread-port.js';
import { Writer } from './thread/writer.js';

// What runs in a thread of the inbox. The driver has no asynchronous calls: in the thread of the application a file that
// is locked, or a disk that is slow, would hold up everything.

if (parentPort !== null) {
  const settings = workerData as ThreadSettings;
  const port: ThreadPort = new ThreadPort(parentPort, {
    file: settings.file,
    take: (message: ToThread) => owner.take(message),
    wake: () => void owner.run(),
  });
  // The end of the thread closes its connection for good. Closing alone would leave it open until all statements are
  // collected as garbage: https://github.com/tursodatabase/libsql-js/issues/228.
  const exit = () => process.exit(0);
  const owner =
    settings.role === 'writer' ? new Writer(settings, port, exit) : new Reader(settings, port, exit);
}
