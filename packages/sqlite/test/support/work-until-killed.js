// Run by processes.test.ts in processes of their own: works, and prints the start and the end of each run.
import { setTimeout as delay } from 'node:timers/promises';
import { sqliteInbox } from '@fic-webhooks/sqlite';

const [file, name, runtime = '2', lease = '1000'] = process.argv.slice(2);
const inbox = sqliteInbox({ file });
await inbox.ready();
const worker = inbox.work({
  concurrency: 4,
  lease: Number(lease),
  process: async ({ key, token, attempt, crashes }) => {
    process.stdout.write(`start ${key} ${token} ${attempt} ${crashes} ${name}\n`);
    await delay(Number(runtime));
    process.stdout.write(`end ${key} ${token}\n`);
    return { kind: 'done' };
  },
  onTrouble: (error) => process.stdout.write(`trouble ${error.code}\n`),
});
process.once('SIGTERM', async () => {
  await worker.stop({ deadline: 5_000 });
  await inbox.close();
});
process.stdout.write('ready\n');
