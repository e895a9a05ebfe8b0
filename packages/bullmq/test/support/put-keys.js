// Run by processes.test.ts in processes of their own: puts the same keys as all others, from the time on that it is told,
// from the first to the last or the other way round, each until it is answered, and prints what became of each try.
import { setTimeout as delay } from 'node:timers/promises';
import { bullmqInbox } from '@fic-webhooks/bullmq';

const [connection, count, direction = 'forward'] = process.argv.slice(2);
const inbox = bullmqInbox({ connection });
await inbox.ready();
const keys = Array.from({ length: Number(count) }, (_, index) => String(index).padStart(64, '0'));
if (direction === 'backward') keys.reverse();

async function putRest() {
  for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
    const payload = { kind: 'event', event: { id: key, ids: [1] } };
    const item = { key, fingerprint: 'f', name: 'a.b', payload, receivedAt: Date.now(), retention: 600_000 };
    let answer = '';
    do {
      answer = await inbox.put(item).catch((error) => error.code);
      process.stdout.write(`${answer} ${key}\n`);
    } while (answer.startsWith('inbox-'));
  }
}

process.stdout.write('ready\n');
process.stdin.once('data', async (time) => {
  await delay(Math.max(0, Number(time) - Date.now()));
  await Promise.all(Array.from({ length: 8 }, putRest));
  await inbox.close();
  process.exit(0);
});
