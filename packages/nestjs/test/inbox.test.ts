import { setTimeout as delay } from 'node:timers/promises';
import { memoryInbox, signNotification } from '@fic-webhooks/testing';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  type LoggerService,
  Module,
  type ModuleMetadata,
  type OnModuleInit,
  Scope,
  ServiceUnavailableException,
  type Type,
} from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FicContext, FicEvent, FicReceiver, Inbox, WorkerOptions } from '../src/index.js';
import {
  createReceiver,
  FicWebhooksError,
  FicWebhooksModule,
  getFicReceiverToken,
  InjectFicReceiver,
  OnFicEvent,
} from '../src/index.js';
import { createApp, platforms, receiverOptions, send, signing, urlOf } from './start-app.js';

const path = 'webhooks/fic';

/** Fast, for tests; everything else as it is by default. */
const worker = { firstDelay: 20, longestDelay: 50 } satisfies WorkerOptions;

/** Handlers that write down what they are given. */
function createHandlers() {
  const calls: string[] = [];
  const contexts: FicContext[] = [];
  let failures = 0;
  @Injectable()
  class Clients {
    @OnFicEvent('entities.clients.*')
    changed(event: FicEvent<'entities.clients.*'>, context: FicContext) {
      contexts.push(context);
      calls.push(`changed ${event.ids[0]}, attempt ${context.attempt}`);
    }

    @OnFicEvent('entities.clients.create')
    created(event: FicEvent<'entities.clients.create'>, { attempt }: FicContext) {
      calls.push(`created ${event.ids[0]}, attempt ${attempt}`);
      if (failures-- > 0) throw new Error('made to fail');
    }
  }
  return {
    Clients,
    calls,
    contexts,
    failNext: (times: number) => {
      failures = times;
    },
  };
}

function moduleWith({ imports, providers = [], controllers = [] }: ModuleMetadata): Type {
  @Module({ imports, providers, controllers } as ModuleMetadata)
  class AppModule {}
  return AppModule;
}

/** Collects the warnings and errors of an app. */
function collectWarnings(): { warnings: string[]; logger: LoggerService } {
  const warnings: string[] = [];
  const add = (message: unknown) => void warnings.push(String(message));
  return { warnings, logger: { log() {}, warn: add, error: add } };
}

/** A worker process: an application context without HTTP. */
async function startWorker(module: Type, logger: LoggerService | false = false) {
  const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
  onTestFinished(() => app.close());
  return app;
}

async function post(url: string, id: number) {
  const notification = signNotification({ name: 'entities.clients.create', ids: [id] }, signing);
  return { notification, status: (await send(`${url}/${path}`, notification)).status };
}

describe.each(platforms)('forRoot({ inbox }) on %s', (_platform, createAdapter) => {
  async function start(inbox: Inbox, metadata: ModuleMetadata) {
    const imports = [
      FicWebhooksModule.forRoot({ path, ...receiverOptions, inbox, worker }),
      ...(metadata.imports ?? []),
    ];
    const app = await createApp(moduleWith({ ...metadata, imports }), { adapter: createAdapter() });
    await app.listen(0, '127.0.0.1');
    return { app, url: urlOf(app) };
  }

  it('answers 202 whatever the handlers do, and runs only those again that failed', async () => {
    const { Clients, calls, contexts, failNext } = createHandlers();
    const { url } = await start(memoryInbox(), { providers: [Clients] });
    failNext(2);
    const { status, notification } = await post(url, 7);
    expect(status).toBe(202);
    await expect
      .poll(() => calls)
      .toEqual([
        'changed 7, attempt 1',
        'created 7, attempt 1',
        'created 7, attempt 2',
        'created 7, attempt 3',
      ]);
    expect(contexts[0]?.delivery).toMatchObject({ handler: 'Clients.changed' });
    expect((await send(`${url}/${path}`, notification)).status).toBe(202);
    await delay(100);
    expect(calls).toHaveLength(4);
  });

  it('lets the worker finish what it has begun when the app closes', async () => {
    const order: string[] = [];
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    @Injectable()
    class Slow {
      @OnFicEvent('*')
      async handle() {
        order.push('begun');
        await released;
        order.push('ended');
      }
    }
    const inbox = memoryInbox();
    const { app, url } = await start(inbox, { providers: [Slow] });
    await post(url, 1);
    await expect.poll(() => order).toEqual(['begun']);
    const closed = app.close().then(() => order.push('closed'));
    await delay(50);
    release();
    await closed;
    expect(order).toEqual(['begun', 'ended', 'closed']);
    await expect(inbox.put({} as never)).rejects.toThrow();
  });

  it('tells a load balancer whether the app is ready', async () => {
    @Controller('ready')
    class Ready {
      @InjectFicReceiver() readonly receiver!: FicReceiver;
      @Get()
      async ready() {
        const health = await this.receiver.health();
        if (!health.ready) throw new ServiceUnavailableException(health);
        return health;
      }
    }
    const { Clients } = createHandlers();
    const { app, url } = await start(memoryInbox(), { providers: [Clients], controllers: [Ready] });
    const ready = await send(`${url}/ready`, { method: 'GET' });
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.body)).toMatchObject({ inbox: { worker: 'running', waiting: 0 } });
    await app.get<FicReceiver>(getFicReceiverToken()).close();
    expect((await send(`${url}/ready`, { method: 'GET' })).status).toBe(503);
  });
});

describe('the start', () => {
  it('begins to work when all handlers are there, those that are registered by hand late included', async () => {
    const inbox = memoryInbox();
    const { Clients, calls } = createHandlers();
    // Stored by an earlier run of the app.
    const web = await createApp(
      moduleWith({
        imports: [
          FicWebhooksModule.forRoot({ path, ...receiverOptions, inbox: withoutClose(inbox), worker: false }),
        ],
      }),
      { adapter: new ExpressAdapter() },
    );
    await web.listen(0, '127.0.0.1');
    await post(urlOf(web), 1);
    @Injectable()
    class ByHand implements OnModuleInit {
      @InjectFicReceiver() readonly receiver!: FicReceiver;
      async onModuleInit() {
        await delay(200);
        this.receiver.on('entities.*.create', () => void calls.push('by hand'), { name: 'ByHand' });
      }
    }
    await startWorker(
      moduleWith({
        imports: [
          FicWebhooksModule.forRoot({
            ...receiverOptions,
            inbox,
            worker,
            handlers: { '*': () => void calls.push('option') },
          }),
        ],
        providers: [Clients, ByHand],
      }),
    );
    await expect
      .poll(() => calls)
      .toEqual(['option', 'changed 1, attempt 1', 'created 1, attempt 1', 'by hand']);
  });

  it.each(['create', 'createApplicationContext'] as const)(
    'fails with the error of an inbox that keeps nothing, and closes it: %s',
    async (way) => {
      let closed = 0;
      const error = new FicWebhooksError('inbox-not-durable', 'appendonly is no. Set it to yes.');
      const inbox: Inbox = Object.assign(memoryInbox(), {
        ready: () => Promise.reject(error),
        close: async () => void closed++,
      });
      const module = moduleWith({
        imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions, inbox })],
        providers: [createHandlers().Clients],
      });
      const options = { logger: false, abortOnError: false } as const;
      const started =
        way === 'create'
          ? NestFactory.create(module, new ExpressAdapter(), options).then((app) => app.listen(0))
          : NestFactory.createApplicationContext(module, options);
      await expect(started).rejects.toBe(error);
      expect(closed).toBe(1);
    },
  );

  it('refuses two handlers of one name, and says which and how to go on', async () => {
    const first = createHandlers().Clients;
    const second = createHandlers().Clients;
    const module = moduleWith({
      imports: [FicWebhooksModule.forRoot({ ...receiverOptions, inbox: memoryInbox() })],
      providers: [first, { provide: 'second', useClass: second }],
    });
    const error = await startWorker(module).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'handler-duplicate' });
    expect(String(error)).toMatch(/@OnFicEvent on Clients\.changed: .*name/s);
  });

  it('takes two methods whose symbols have one description for two handlers', async () => {
    const [one, other] = [Symbol('handle'), Symbol('handle')];
    const calls: string[] = [];
    @Injectable()
    class Symbols {
      @OnFicEvent('*', { name: 'one' }) [one]() {
        calls.push('one');
      }
      @OnFicEvent('*', { name: 'other' }) [other]() {
        calls.push('other');
      }
    }
    @Injectable()
    class Unnamed {
      @OnFicEvent('*', { receiver: 'inline' }) [one]() {
        calls.push('first');
      }
      @OnFicEvent('*', { receiver: 'inline' }) [other]() {
        calls.push('second');
      }
    }
    const module = moduleWith({
      imports: [
        FicWebhooksModule.forRoot({ path, ...receiverOptions, inbox: memoryInbox(), worker }),
        FicWebhooksModule.forRoot({ name: 'inline', path: 'inline', ...receiverOptions }),
      ],
      providers: [Symbols, Unnamed],
    });
    const app = await createApp(module, { adapter: new ExpressAdapter() });
    await app.listen(0, '127.0.0.1');
    expect((await send(`${urlOf(app)}/inline`, signNotification({}, signing))).status).toBe(204);
    expect(calls).toEqual(['first', 'second']);
    await post(urlOf(app), 1);
    await expect.poll(() => calls).toEqual(['first', 'second', 'one', 'other']);
  });
});

describe('a web process and a worker', () => {
  it('share the inbox: one stores and handles nothing, the other handles and listens to nothing', async () => {
    const inbox = memoryInbox();
    const { warnings, logger } = collectWarnings();
    const web = await createApp(
      moduleWith({
        imports: [
          FicWebhooksModule.forRoot({ path, ...receiverOptions, inbox: withoutClose(inbox), worker: false }),
        ],
      }),
      { adapter: new ExpressAdapter(), options: { logger } },
    );
    web.enableShutdownHooks(['SIGTERM']);
    await web.listen(0, '127.0.0.1');
    expect((await post(urlOf(web), 3)).status).toBe(202);
    await delay(100);
    expect(await inbox.health()).toMatchObject({ waiting: 1, deadLetters: 0 });

    const { Clients, calls } = createHandlers();
    const module = moduleWith({
      imports: [FicWebhooksModule.forRoot({ ...receiverOptions, inbox, worker })],
      providers: [Clients],
    });
    const context = await startWorker(module, logger);
    await expect.poll(() => calls).toEqual(['changed 3, attempt 1', 'created 3, attempt 1']);
    await context.close();
    expect(warnings).toEqual([]);
  });

  it('a worker without handlers is warned of: it would put every event aside', async () => {
    const { warnings, logger } = collectWarnings();
    await startWorker(
      moduleWith({ imports: [FicWebhooksModule.forRoot({ ...receiverOptions, inbox: memoryInbox() })] }),
      logger,
    );
    expect(warnings).toEqual([expect.stringMatching(/no handler: .* dead letter.*worker: false/)]);
  });

  it('a worker that takes what nobody handles is not', async () => {
    const { warnings, logger } = collectWarnings();
    @Injectable()
    class Rest implements OnModuleInit {
      @InjectFicReceiver() readonly receiver!: FicReceiver;
      onModuleInit() {
        this.receiver.onUnhandled(() => {});
      }
    }
    const imports = [FicWebhooksModule.forRoot({ ...receiverOptions, inbox: memoryInbox() })];
    await startWorker(moduleWith({ imports, providers: [Rest] }), logger);
    expect(warnings).toEqual([]);
  });

  it('a receiver that was given works or not as its maker says', async () => {
    const inbox = memoryInbox();
    const receiver = createReceiver({ ...receiverOptions, inbox, worker: false });
    const { Clients, calls } = createHandlers();
    const module = moduleWith({
      imports: [FicWebhooksModule.forRoot({ path, receiver })],
      providers: [Clients],
    });
    const app = await createApp(module, { adapter: new ExpressAdapter() });
    await app.listen(0, '127.0.0.1');
    expect((await post(urlOf(app), 1)).status).toBe(202);
    await delay(100);
    expect(calls).toEqual([]);
    await receiver.work();
    await expect.poll(() => calls).toHaveLength(2);
  });
});

describe('request-scoped providers in the worker', () => {
  it('are made for each attempt, with the event as their request', async () => {
    const inbox = memoryInbox();
    const seen: string[] = [];
    let made = 0;
    @Injectable({ scope: Scope.REQUEST })
    class PerEvent {
      readonly number = ++made;
      @Inject(REQUEST) readonly event!: FicEvent;
    }
    @Injectable()
    class First {
      @Inject(PerEvent) readonly perEvent!: PerEvent;
      @OnFicEvent('*')
      handle(event: FicEvent, { attempt }: FicContext) {
        seen.push(`first ${this.perEvent.event === event} ${this.perEvent.number}`);
        if (attempt === 1) throw new Error('made to fail');
      }
    }
    @Injectable()
    class Second {
      @Inject(PerEvent) readonly perEvent!: PerEvent;
      @OnFicEvent('*')
      handle(event: FicEvent) {
        seen.push(`second ${this.perEvent.event === event} ${this.perEvent.number}`);
      }
    }
    const module = moduleWith({
      imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions, inbox, worker })],
      providers: [PerEvent, First, Second],
    });
    const app = await createApp(module, { adapter: new ExpressAdapter() });
    await app.listen(0, '127.0.0.1');
    await post(urlOf(app), 1);
    await expect.poll(() => seen).toEqual(['first true 1', 'second true 1', 'first true 2']);
  });
});

/** Another process closes its own connection, and not the store. */
function withoutClose(inbox: Inbox): Inbox {
  return { ...inbox, close: async () => {} };
}
