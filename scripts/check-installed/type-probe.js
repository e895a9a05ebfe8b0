/** A program that uses the types of every package. `express` is imported as CommonJS modules do. */
const commonJs = `
import 'reflect-metadata';
import { bullmqInbox, type BullmqInboxOptions } from '@fic-webhooks/bullmq';
import { createReceiver, type FicEvent, memoryStore } from '@fic-webhooks/core';
import { findEventType } from '@fic-webhooks/core/catalogue';
import { decodeCloudEvent, toCloudEvent } from '@fic-webhooks/core/cloudevents';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { createSubscriptionsClient } from '@fic-webhooks/core/subscriptions';
import { type Emulator, type EmulatorOptions, startEmulator } from '@fic-webhooks/emulator';
import { ficWebhooks, getFicEvent, verifyFicWebhook } from '@fic-webhooks/express';
import * as onFastify from '@fic-webhooks/fastify';
import { createFetchHandler } from '@fic-webhooks/fetch';
import { FicWebhooksController, FicWebhooksModule, OnFicEvent } from '@fic-webhooks/nestjs';
import { redisStore } from '@fic-webhooks/redis';
import { type SqliteInbox, sqliteInbox } from '@fic-webhooks/sqlite';
import { runConformance, sendOverHttp, signNotification } from '@fic-webhooks/testing';
import express = require('express');
import fastify = require('fastify');
import { Redis } from 'ioredis';
import { Pool } from 'pg';

const receiver = createReceiver({
  sink: 'https://example.com/webhooks/fic',
  applicationId: 1234,
  idempotency: memoryStore({ maxKeys: 10 }),
  handlers: { 'cashbook.*': (event) => event.ids.map((id) => id.toUpperCase()) },
});
receiver.on('entities.*.delete', (event: FicEvent<'entities.*.delete'>, { signal }) => {
  const name: 'entities.clients.delete' | 'entities.suppliers.delete' = event.name;
  const ids: readonly number[] = event.ids;
  return [name, ids, toCloudEvent(event).data, signal.aborted];
});
// @ts-expect-error: a typo does not compile.
receiver.on('entities.clients.creat', () => {});

const inbox: SqliteInbox = sqliteInbox({ file: 'events.db', durability: 'relaxed' });
const stored = createReceiver({ sink: 'https://example.com/d', applicationId: 1234, inbox, worker: { concurrency: 8 } });
stored.on(
  'issued_documents.invoices.create',
  inbox.transactional({
    prepare: async (event) => event.ids.map((id) => ({ id: id.toFixed() })),
    apply: (tx, invoices, event) => {
      const company: number = event.companyId;
      for (const { id } of invoices) tx.run('INSERT INTO invoices VALUES (?, ?)', [company, id]);
    },
  }),
);
// @ts-expect-error: an effect is synchronous, and has a name.
stored.on('products.update', inbox.transactional({ prepare: async () => 1 }));
// @ts-expect-error: there is no such option.
sqliteInbox({ file: 'events.db', wal: false });

const shared: BullmqInboxOptions = { connection: new Pool({ connectionString: 'postgres://localhost/app' }) };
export const inboxes = [bullmqInbox(shared), bullmqInbox({ connection: new Redis({ lazyConnect: true }), queue: 'b' })];
// @ts-expect-error: the connection is missing.
bullmqInbox({ queue: 'b' });
export const onMany = createReceiver({
  sink: 'https://example.com/e',
  applicationId: 1234,
  idempotency: redisStore({ connection: 'redis://localhost:6379', prefix: 'e:' }),
});
// @ts-expect-error: an answer within a number of milliseconds.
redisStore({ connection: 'redis://localhost:6379', answerWithin: '1s' });

const app = express();
app.use('/webhooks/fic', ficWebhooks(receiver));
app.all('/custom', verifyFicWebhook(receiver), (req, res) => {
  res.json(getFicEvent(req).ids);
});

const server = fastify.fastify();
server.register(onFastify.ficWebhooks, { receiver, prefix: '/webhooks/fic' });
server.register(onFastify.ficWebhooks, {
  sink: 'https://example.com/b',
  applicationId: 1234,
  handlers: { 'entities.clients.*': (event) => event.ids.map((id) => id.toFixed()) },
});
// @ts-expect-error: an option is missing.
server.register(onFastify.ficWebhooks, { prefix: '/webhooks/fic' });
server.register(onFastify.verifyFicWebhook, { receiver });
server.post('/custom', (request) => request.ficEvent.ids);

@FicWebhooksController('webhooks/fic')
export class Hooks {
  @OnFicEvent('cashbook.*')
  changed(event: FicEvent<'cashbook.*'>) {
    const ids: readonly string[] = event.ids;
    return ids;
  }

  // @ts-expect-error: the ids of a cashbook entry are texts.
  @OnFicEvent('cashbook.*')
  wrong(event: FicEvent<'entities.clients.*'>) {
    return event.ids;
  }
}
export const nestModule = FicWebhooksModule.forRoot({ sink: 'https://example.com/c', applicationId: 1234 });

export const answered: Promise<Response> = createFetchHandler(receiver).POST(new Request('https://example.com/'));
export const handler = createNodeHandler(receiver);
export const scopes: readonly string[] | undefined = findEventType('entities.clients.create')?.scopes;
export const decoded: boolean = decodeCloudEvent({ headers: [] }).ok;
export const signed: string = signNotification({}, { privateKey: '', sink: '' }).body;
const client = createSubscriptionsClient({ companyId: 108061, accessToken: 'a/token' });
export const status: Promise<string> = client
  .ensure({ sink: 'https://example.com/webhooks/fic', types: ['entities.clients.*'] })
  .then((report) => report.status);
const emulatorOptions: EmulatorOptions = { clock: 'manual', behaviour: { onTimeout: 'retried' } };
export const emulator: Promise<Emulator> = startEmulator(emulatorOptions);
export const results = runConformance({ sink: '', privateKey: '', send: sendOverHttp('http://localhost/') });
`;

const esm = commonJs
  .replace("import express = require('express')", "import express from 'express'")
  .replace("import fastify = require('fastify')", "import * as fastify from 'fastify'");

/** The program, by the name of its file. */
export const typeProbes = {
  'types.mts': esm,
  'types.cts': commonJs,
  'bundler.ts': esm,
  'node10.ts': commonJs,
};
