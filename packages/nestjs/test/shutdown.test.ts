import { signNotification } from '@fic-webhooks/testing';
import { Injectable, type LoggerService, Module, type OnApplicationShutdown } from '@nestjs/common';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FicEvent } from '../src/index.js';
import { FicWebhooksModule, OnFicEvent } from '../src/index.js';
import { codeOf, createApp, platforms, receiverOptions, send, signing, urlOf } from './start-app.js';

const path = 'webhooks/fic';

/** An app whose handler lasts until it is released. */
function createModule() {
  const order: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  @Injectable()
  class Handlers implements OnApplicationShutdown {
    @OnFicEvent('*')
    async handle(event: FicEvent) {
      order.push(`begun ${event.ids[0]}`);
      await released;
      order.push(`ended ${event.ids[0]}`);
    }
    onApplicationShutdown() {
      order.push('shut down');
    }
  }
  @Module({
    // So long that the machine cannot be too slow for it.
    imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions, answerWithin: 60_000 })],
    providers: [Handlers],
  })
  class AppModule {}
  return { AppModule, order, release };
}

describe.each(platforms)('closing the app on %s', (_platform, createAdapter) => {
  it('lets handlers finish, and answers what comes later with 503', async () => {
    const { AppModule, order, release } = createModule();
    const app = await createApp(AppModule, { adapter: createAdapter() });
    await app.listen(0, '127.0.0.1');
    const url = `${urlOf(app)}/${path}`;
    const running = send(url, signNotification({ ids: [1] }, signing));
    await expect.poll(() => order, { timeout: 10_000 }).toEqual(['begun 1']);
    const closed = app.close();
    await expect
      .poll(async () => codeOf(await send(url, signNotification({ ids: [2] }, signing))), { timeout: 10_000 })
      .toBe('closing');
    release();
    expect((await running).status).toBe(204);
    await closed;
    expect(order).toEqual(['begun 1', 'ended 1', 'shut down']);
    await expect(send(url, signNotification({}, signing))).rejects.toThrow(/Nobody answers/);
  });
});

describe('the warning about shutdown hooks', () => {
  async function listen(enable: boolean): Promise<string[]> {
    const warnings: string[] = [];
    const logger: LoggerService = {
      log() {},
      error() {},
      warn: (message: unknown) => void warnings.push(String(message)),
    };
    const app = await createApp(createModule().AppModule, {
      adapter: platforms[0]?.[1]() as never,
      options: { logger },
    });
    if (enable) app.enableShutdownHooks(['SIGTERM']);
    await app.listen(0, '127.0.0.1');
    await app.close();
    return warnings.filter((warning) => warning.includes('SIGTERM'));
  }

  it('is said when nobody listens to SIGTERM', async () => {
    const others = process.listeners('SIGTERM');
    process.removeAllListeners('SIGTERM');
    onTestFinished(() => {
      for (const listener of others) process.on('SIGTERM', listener);
    });
    expect(await listen(false)).toEqual([expect.stringContaining('app.enableShutdownHooks()')]);
    expect(await listen(true)).toEqual([]);
  });
});
