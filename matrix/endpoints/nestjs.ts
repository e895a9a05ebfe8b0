import 'reflect-metadata';
import { type FicEvent, FicWebhooksController, FicWebhooksModule, OnFicEvent } from '@fic-webhooks/nestjs';
import { type DynamicModule, Injectable, type NestApplicationOptions } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { handle } from './ledger.js';
import { path, port, row, serveControl, settings } from './settings.js';

/** For `mount: 'module'`: the module serves the path, and a provider handles the events. */
@Injectable()
class Everything {
  @OnFicEvent('*')
  received(event: FicEvent) {
    handle(event);
  }
}

/** For `mount: '@FicWebhooksController'`: a controller does both. */
@FicWebhooksController(path)
class Hooks {
  @OnFicEvent('*')
  received(event: FicEvent) {
    handle(event);
  }
}

class AppModule {}

/** What the values of a row mean. */
const adapters: Record<string, () => AbstractHttpAdapter> = {
  'platform-express': () => new ExpressAdapter(),
  'platform-fastify': () => new FastifyAdapter(),
};
const bodies: Record<string, NestApplicationOptions> = {
  default: {},
  'rawBody: true': { rawBody: true },
  'bodyParser: false': { bodyParser: false },
};
const mounts: Record<string, () => DynamicModule> = {
  module: () => ({
    module: AppModule,
    imports: [FicWebhooksModule.forRoot({ ...settings, path })],
    providers: [Everything],
  }),
  '@FicWebhooksController': () => ({
    module: AppModule,
    imports: [FicWebhooksModule.forRoot(settings)],
    controllers: [Hooks],
  }),
};

async function start() {
  const [createAdapter, body, describeApp] = [adapters[row.platform], bodies[row.body], mounts[row.mount]];
  if (!createAdapter || !body || !describeApp) throw new Error(`What is ${JSON.stringify(row)}?`);
  const app = await NestFactory.create(describeApp(), createAdapter(), { ...body, abortOnError: false });
  app.enableShutdownHooks();
  await app.listen(port, '127.0.0.1');
  serveControl();
}

start();
