import 'reflect-metadata';
import type { Server } from 'node:http';
import { FicWebhooksModule } from '@fic-webhooks/nestjs';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { listen } from './listen.js';
import { testAdapter } from './test-adapter.js';

testAdapter('NestJS on Express', async (receiver) => {
  const module = FicWebhooksModule.forRoot({ path: 'webhooks/fic', receiver });
  const app = await NestFactory.create(module, new ExpressAdapter(), { logger: false });
  await app.init();
  return listen(app.getHttpServer() as Server, '/webhooks/fic');
});

testAdapter('NestJS on Fastify', async (receiver) => {
  const module = FicWebhooksModule.forRoot({ path: 'webhooks/fic', receiver });
  const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return listen(app.getHttpServer() as Server, '/webhooks/fic');
});
