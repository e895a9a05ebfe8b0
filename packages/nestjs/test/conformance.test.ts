import { runConformance, sendOverHttp } from '@fic-webhooks/testing';
import { Controller, Module, type Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import type { FicEvent } from '../src/index.js';
import { FicWebhooksController, FicWebhooksModule, OnFicEvent } from '../src/index.js';
import { Ledger, parserSettings, platforms, receiverOptions, signing, startApp } from './start-app.js';

const path = 'webhooks/fic';

const ways: readonly (readonly [string, (ledger: Ledger) => Type])[] = [
  [
    'the mount of the module',
    (ledger) => {
      @Controller()
      class Handlers {
        @OnFicEvent('*')
        handle(event: FicEvent) {
          ledger.note(event);
        }
      }
      @Module({ imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions })], controllers: [Handlers] })
      class AppModule {}
      return AppModule;
    },
  ],
  [
    'a @FicWebhooksController',
    (ledger) => {
      @FicWebhooksController(path)
      class Hooks {
        @OnFicEvent('*')
        handle(event: FicEvent) {
          ledger.note(event);
        }
      }
      @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Hooks] })
      class AppModule {}
      return AppModule;
    },
  ],
];

describe.each(platforms)('on %s', (_platform, createAdapter) => {
  describe.each(parserSettings)('with %s', (_setting, options) => {
    it.each(ways)('%s passes the conformance suite', { timeout: 120_000 }, async (_way, createModule) => {
      const ledger = new Ledger();
      const url = await startApp(createModule(ledger), { adapter: createAdapter(), options });
      const results = await runConformance({
        ...signing,
        send: sendOverHttp(`${url}/${path}`),
        handled: () => ledger.handled,
        failNext: () => ledger.failNext(),
      });
      expect(results.length).toBeGreaterThan(200);
      expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
    });
  });
});
