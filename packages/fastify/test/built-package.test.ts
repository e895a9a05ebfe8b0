import { createRequire } from 'node:module';
import * as modules from '@fic-webhooks/fastify';
import { signNotification } from '@fic-webhooks/testing';
import { describe, expect, it } from 'vitest';
import { fastifyVersions } from './fastify-versions.js';
import { receiverOptions, send, signing, startApp } from './start-app.js';

const require = createRequire(import.meta.url);
// The built package itself, as an application loads it: `npm run build` comes before the tests.
const common = require('@fic-webhooks/fastify') as typeof modules;

function throwFrom(one: typeof modules): unknown {
  try {
    one.createReceiver({ sink: '', applicationId: 1 });
  } catch (error) {
    return error;
  }
  throw new Error('It did not throw.');
}

describe('the built package', () => {
  it('has the same names as CommonJS and as ES modules, those of core among them', () => {
    expect(Object.keys(common).sort()).toEqual(Object.keys(modules).sort());
    expect(Object.keys(common)).toEqual(
      expect.arrayContaining([
        'ficWebhooks',
        'verifyFicWebhook',
        'createReceiver',
        'memoryStore',
        'FicWebhooksError',
      ]),
    );
  });

  it('comes as two copies, whose errors know each other', () => {
    expect(common.FicWebhooksError).not.toBe(modules.FicWebhooksError);
    expect(throwFrom(common)).toBeInstanceOf(modules.FicWebhooksError);
    expect(throwFrom(modules)).toBeInstanceOf(common.FicWebhooksError);
    expect(throwFrom(common)).toBeInstanceOf(modules.InvalidOptionError);
    expect(throwFrom(modules)).toBeInstanceOf(common.InvalidOptionError);
    for (const one of [common, modules]) {
      const plain = new one.FicWebhooksError('store-full', 'The store is full.');
      expect(plain).toBeInstanceOf(common.FicWebhooksError);
      expect(plain).toBeInstanceOf(modules.FicWebhooksError);
      expect(plain).not.toBeInstanceOf(common.InvalidOptionError);
      expect(plain).not.toBeInstanceOf(modules.InvalidOptionError);
    }
    expect(new Error('another')).not.toBeInstanceOf(common.FicWebhooksError);
  });

  it('has each class once, whichever entries of core are loaded', () => {
    const core = require('@fic-webhooks/core') as typeof modules;
    expect(common.FicWebhooksError).toBe(core.FicWebhooksError);
  });

  it.each([
    ['an ES module', 'CommonJS', modules, common],
    ['CommonJS', 'an ES module', common, modules],
  ])('a receiver of %s works in the plugins of %s', async (_one, _other, makes, mounts) => {
    for (const [, fastify] of fastifyVersions) {
      const handled: string[] = [];
      const receiver = makes.createReceiver(receiverOptions).on('*', (event) => handled.push(event.name));
      expect(mounts.isReceiver(receiver)).toBe(true);
      const app = fastify();
      app.register(mounts.ficWebhooks, { receiver, prefix: '/mounted' });
      app.register(async (scope) => {
        await scope.register(mounts.verifyFicWebhook, { receiver });
        scope.post('/own', async ({ ficEvent }) => ficEvent.ids);
      });
      const url = await startApp(app);
      expect((await send(`${url}/mounted`, signNotification({}, signing))).status).toBe(204);
      expect(handled).toEqual(['entities.clients.create']);
      expect((await send(`${url}/own`, signNotification({ ids: [3] }, signing))).body).toBe('[3]');
    }
  });
});
