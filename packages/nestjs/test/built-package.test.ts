import { createRequire } from 'node:module';
import * as modules from '@fic-webhooks/nestjs';
import { signNotification } from '@fic-webhooks/testing';
import { Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { compileApps } from './compile-apps.js';
import { startNode } from './node-process.js';
import { codeOf, keys, receiverOptions, send, signing, startApp } from './start-app.js';

const require = createRequire(import.meta.url);
// The built package itself, as an application loads it: `npm run build` comes before the tests.
const common = require('@fic-webhooks/nestjs') as typeof modules;

describe('the built package', () => {
  it('has the same names as CommonJS and as ES modules, those of core among them', () => {
    expect(Object.keys(common).sort()).toEqual(Object.keys(modules).sort());
    expect(Object.keys(common)).toEqual(
      expect.arrayContaining([
        'FicWebhooksModule',
        'FicWebhooksController',
        'OnFicEvent',
        'InjectFicReceiver',
        'getFicReceiverToken',
        'createReceiver',
        'FicWebhooksError',
      ]),
    );
  });

  it.each([
    ['an ES module', 'CommonJS', modules, common],
    ['CommonJS', 'an ES module', common, modules],
  ])('decorators of %s work in the module of %s', async (_one, _other, decorates, mounts) => {
    expect(decorates.FicWebhooksModule).not.toBe(mounts.FicWebhooksModule);
    expect(decorates.getFicReceiverToken('b')).toBe(mounts.getFicReceiverToken('b'));
    const calls: string[] = [];
    class Handlers {
      @decorates.InjectFicReceiver() readonly receiver!: modules.FicReceiver;
      @decorates.OnFicEvent('*')
      handle(event: modules.FicEvent) {
        calls.push(`${event.name} ${decorates.isReceiver(this.receiver)}`);
      }
    }
    @decorates.FicWebhooksController('webhooks/own')
    class Hooks {}
    @Module({
      imports: [mounts.FicWebhooksModule.forRoot({ path: 'webhooks/fic', ...receiverOptions })],
      providers: [Handlers],
      controllers: [Hooks],
    })
    class AppModule {}
    const url = await startApp(AppModule, { adapter: new ExpressAdapter() });
    expect((await send(`${url}/webhooks/fic`, signNotification({}, signing))).status).toBe(204);
    expect((await send(`${url}/webhooks/own`, signNotification({}, signing))).status).toBe(204);
    const malformed = signNotification({}, { ...signing, body: '{', contentType: 'application/json' });
    expect(codeOf(await send(`${url}/webhooks/own`, malformed))).toBe('body-malformed');
    expect(calls).toEqual(Array(2).fill('entities.clients.create true'));
  });
});

/** An app with slow work in a handler; `await` at the top is not for CommonJS. */
const app = `
import { setTimeout as delay } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ADAPTER } from '@nestjs/platform-PLATFORM';
import { FicWebhooksController, FicWebhooksModule, OnFicEvent } from '@fic-webhooks/nestjs';
import type { FicContext, FicEvent } from '@fic-webhooks/nestjs';

const key = process.env['KEY'] ?? '';
const options = { sink: 'https://example.com/webhooks/fic', applicationId: 1234, publicKeys: key };

@FicWebhooksController('webhooks/own')
class Hooks {
  @OnFicEvent('*')
  async handle(event: FicEvent, context: FicContext) {
    console.log('begun', event.ids[0]);
    await delay(1_500, undefined, { signal: context.signal });
    console.log('ended', event.ids[0]);
  }
}

@Module({
  imports: [FicWebhooksModule.forRoot({ path: 'webhooks/fic', answerWithin: 60_000, ...options })],
  controllers: [Hooks],
})
class AppModule {}

async function main() {
  const app = await NestFactory.create(AppModule, new ADAPTER());
  app.enableShutdownHooks();
  await app.listen(Number(process.env['PORT']), '127.0.0.1');
}
void main();
`;

const sources = new Map([
  ['express', app.replaceAll('ADAPTER', 'ExpressAdapter').replace('PLATFORM', 'express')],
  ['fastify', app.replaceAll('ADAPTER', 'FastifyAdapter').replace('PLATFORM', 'fastify')],
]);

describe.each(['module', 'commonjs'] as const)('an app of type %s, as the compiler makes it', (type) => {
  let fileOf: (name: string) => string;
  beforeAll(async () => {
    fileOf = await compileApps(type, sources);
  }, 60_000);

  it.each([...sources.keys()])(
    'receives on %s, and lets a handler finish after SIGTERM',
    { timeout: 60_000 },
    async (name) => {
      const port = await findFreePort();
      const running = await startNode(fileOf(name), port, { KEY: keys.publicKey, PORT: String(port) });
      const url = `http://127.0.0.1:${port}`;
      const answers = ['fic', 'own'].map((path, index) =>
        send(`${url}/webhooks/${path}`, signNotification({ ids: [index] }, signing)),
      );
      await expect.poll(running.output, { timeout: 20_000 }).toMatch(/begun \d\n(?:.*\n)*begun \d/);
      const stopped = running.stop('SIGTERM');
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([204, 204]);
      expect(await stopped).toBe('SIGTERM');
      expect(running.output()).toMatch(/ended \d\n(?:.*\n)*ended \d/);
      expect(running.output()).not.toMatch(/WARN|ERROR/);
    },
  );
});
