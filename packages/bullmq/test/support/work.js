// Run by processes.test.ts in processes of their own: works, and prints the start and the end of each run.
import { setTimeout as delay } from 'node:timers/promises';
import { bullmqInbox } from '@fic-webhooks/bullmq';

const [connection, runtime = '2', lease = '1000'] = process.argv.slice(2);
const inbox = bullmqInbox({ connection });
await inbox.ready();
const worker = inbox.work({
  concurrency: 4,
  lease: Number(lease),
  process: async ({ key, attempt, crashes, handled, markHandled }) => {
    process.stdout.write(`start ${key} ${attempt} ${crashes} ${handled.length}\n`);
    await markHandled(`run ${crashes}`);
    process.stdout.write(`marked ${key}\n`);
    await delay(Number(runtime));
    process.stdout.write(`end ${key}\n`);
    return { kind: 'done' };
  },
  onTrouble: (error) => process.stdout.write(`trouble ${error.code} ${error.message}\n`),
});
process.once('SIGTERM', async () => {
  await worker.stop({ deadline: 200 });
  await inbox.close();
  process.exit(0);
});
process.stdout.write('ready\n');
