// Run by processes.test.ts in processes of their own: puts as fast as it can, 16 at once, and prints each key once its put
// has been answered.
import { randomBytes } from 'node:crypto';
import { sqliteInbox } from '@fic-webhooks/sqlite';

const [file, limit = 'Infinity'] = process.argv.slice(2);
const inbox = sqliteInbox({ file });
let left = Number(limit);

async function put() {
  while (left-- > 0) {
    const key = randomBytes(32).toString('hex');
    const payload = { kind: 'event', event: { id: key, ids: [1] } };
    const item = {
      key,
      fingerprint: 'f',
      name: 'a.b',
      payload,
      receivedAt: Date.now(),
      retention: 86_400_000,
    };
    for (;;) {
      try {
        const result = await inbox.put(item);
        // Straight to the pipe: what was printed is out when the process is killed.
        process.stdout.write(`${result} ${key}\n`);
        break;
      } catch (error) {
        process.stdout.write(`error ${error.code}\n`);
      }
    }
  }
}

await Promise.all(Array.from({ length: 16 }, put));
await inbox.close();
