import { createRequire } from 'node:module';
import * as modules from '@fic-webhooks/fetch';
import { signNotification } from '@fic-webhooks/testing';
import { describe, expect, it } from 'vitest';
import { receiverOptions, signing, toRequest } from './start-endpoint.js';

const require = createRequire(import.meta.url);
// The built package itself, as an application loads it: `npm run build` comes before the tests.
const common = require('@fic-webhooks/fetch') as typeof modules;

describe('the built package', () => {
  it('has the same names as CommonJS and as ES modules, all of those of core among them', () => {
    expect(Object.keys(common).sort()).toEqual(Object.keys(modules).sort());
    const core = require('@fic-webhooks/core') as object;
    expect(Object.keys(common)).toEqual(
      expect.arrayContaining([...Object.keys(core), 'createFetchHandler', 'toReceiverRequest', 'toResponse']),
    );
  });

  it('has each class once, whichever package it is imported from', () => {
    const core = require('@fic-webhooks/core') as typeof modules;
    expect(common.FicWebhooksError).toBe(core.FicWebhooksError);
  });

  it.each([
    ['an ES module', 'CommonJS', modules, common],
    ['CommonJS', 'an ES module', common, modules],
  ])('a receiver of %s works in the handler of %s', async (_one, _other, makes, serves) => {
    const handled: string[] = [];
    const receiver = makes.createReceiver(receiverOptions).on('*', (event) => handled.push(event.name));
    const handler = serves.createFetchHandler(receiver);
    expect((await handler(toRequest(signNotification({}, signing)))).status).toBe(204);
    expect(handled).toEqual(['entities.clients.create']);
  });
});
