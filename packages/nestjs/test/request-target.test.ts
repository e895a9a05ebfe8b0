import { request as openRequest } from 'node:http';
import { challengeRequest, type SendableRequest, signNotification } from '@fic-webhooks/testing';
import { Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { FicWebhooksController, FicWebhooksModule, OnFicEvent } from '../src/index.js';
import { platforms, receiverOptions, signing, startApp } from './start-app.js';

/** What a parser of the app would answer with 415. */
const odd = signNotification({}, { ...signing, contentType: 'application/x-odd' });

/** Sends a request for a target that is written as it is given, and gives the status and the body of the answer. */
function sendFor(target: string, url: string, { method = 'POST', headers, body }: SendableRequest) {
  const { hostname, port } = new URL(url);
  const options = { hostname, port, path: target, method, headers: { ...headers }, agent: false };
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const sent = openRequest(options, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() });
    });
    sent.on('error', reject).end(body);
  });
}

/** An app with a mount at one path and a controller at another one. */
function createModule(mount: string, controller: string) {
  @FicWebhooksController(controller)
  class Hooks {
    @OnFicEvent('*')
    received() {}
  }
  @Module({
    imports: [FicWebhooksModule.forRoot({ path: mount, ...receiverOptions })],
    controllers: [Hooks],
  })
  class AppModule {}
  return AppModule;
}

describe.each(platforms)('the target of a request on %s', (_platform, createAdapter) => {
  it.each(['', 'https://example.com', 'http://127.0.0.1:3000'])(
    'may have a scheme and an authority: %j',
    async (origin) => {
      const url = await startApp(createModule('webhooks/fic', 'webhooks/own'), {
        adapter: createAdapter(),
        configure: (app) => app.setGlobalPrefix('api'),
      });
      for (const path of ['/api/webhooks/fic', '/api/webhooks/fic/', '/api/webhooks/own']) {
        expect((await sendFor(`${origin}${path}`, url, odd)).status).toBe(204);
      }
      const { challenge, query, ...request } = challengeRequest({ ...signing, method: 'query' });
      const target = `${origin}/api/webhooks/fic?${new URLSearchParams(query)}`;
      expect(await sendFor(target, url, request)).toEqual({
        status: 200,
        text: JSON.stringify({ verification: challenge }),
      });
      expect((await sendFor(`${origin}/api/webhooks`, url, odd)).status).toBe(404);
    },
  );

  it('may be an authority alone', async () => {
    const url = await startApp(createModule('/', 'webhooks/own'), { adapter: createAdapter() });
    for (const target of ['/', 'http://example.com', 'http://example.com/', 'http://example.com?a=/b']) {
      expect((await sendFor(target, url, odd)).status).toBe(204);
    }
  });

  it.each([
    ['as they are', 'webhooks/fattüre', 'webhooks/préféré'],
    ['encoded', 'webhooks/fatt%C3%BCre', 'webhooks/préféré'],
  ])('has other characters than those of ASCII encoded, written %s', async (_way, mount, controller) => {
    const url = await startApp(createModule(mount, controller), { adapter: createAdapter() });
    expect((await sendFor('/webhooks/fatt%C3%BCre', url, odd)).status).toBe(204);
    expect((await sendFor('/webhooks/pr%C3%A9f%C3%A9r%C3%A9', url, odd)).status).toBe(204);
  });
});
