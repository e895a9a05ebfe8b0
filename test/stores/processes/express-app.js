// An Express app with a shared store, as one of several. Started by `../express.test.ts`.
import { setTimeout as sleep } from 'node:timers/promises';
import { ficWebhooks } from '@fic-webhooks/express';
import { redisStore } from '@fic-webhooks/redis';
import express from 'express';

const { url, publicKey, sink, takes } = JSON.parse(process.argv[2]);
const app = express();
app.use(
  '/webhooks/fic',
  ficWebhooks({
    sink,
    applicationId: 1234,
    publicKeys: publicKey,
    logger: false,
    idempotency: redisStore({ connection: url, logger: false }),
    handlers: {
      '*': async (event) => {
        process.send({ began: event.id });
        await sleep(takes);
        if (event.name === 'entities.clients.delete') throw new Error('as asked for');
        process.send({ handled: event.id });
      },
    },
  }),
);
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
