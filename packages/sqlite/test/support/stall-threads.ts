import { existsSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

/**
 * Has the threads of the inboxes of this process stand still for so many milliseconds, as they do on a disk that hangs.
 * Resolves once they do, with their going on.
 */
export async function stallThreads(milliseconds: number): Promise<{ readonly over: Promise<unknown> }> {
  const session = new Session();
  session.connect();
  onTestFinished(() => session.disconnect());
  const folder = temporaryFolder();
  const stalled: string[] = [];
  const ends: Promise<void>[] = [];
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    if (!workerInfo.title.endsWith('fic-webhooks-sqlite')) return;
    const marker = join(folder, sessionId);
    stalled.push(marker);
    const expression = `process.getBuiltinModule('fs').writeFileSync(${JSON.stringify(marker)}, '');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${milliseconds})`;
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
    ends.push(
      new Promise((resolve) => {
        session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
          if (params.sessionId === sessionId) resolve();
        });
      }),
    );
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  });
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  await expect.poll(() => stalled.length > 0 && stalled.every((marker) => existsSync(marker))).toBe(true);
  // Those that are started from now on are left alone.
  session.removeAllListeners('NodeWorker.attachedToWorker');
  return { over: Promise.all(ends) };
}
