import { signNotification } from '@fic-webhooks/testing';
import {
  type DynamicModule,
  Inject,
  Injectable,
  type LoggerService,
  Module,
  type ModuleMetadata,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FicEvent } from '../src/index.js';
import {
  createReceiver,
  type FicReceiver,
  FicWebhooksController,
  FicWebhooksError,
  FicWebhooksModule,
  type FicWebhooksOptionsFactory,
  getFicReceiverToken,
  InjectFicReceiver,
  isReceiver,
  OnFicEvent,
} from '../src/index.js';
import {
  createApp,
  Ledger,
  platforms,
  receiverOptions,
  secondOptions,
  send,
  signing,
  startApp,
  urlOf,
} from './start-app.js';

const path = 'webhooks/fic';

@Injectable()
class Handlers {
  readonly ledger = new Ledger();
  @OnFicEvent('*')
  handle(event: FicEvent) {
    this.ledger.note(event);
  }
}

function moduleWith(...imports: NonNullable<ModuleMetadata['imports']>): Type {
  @Module({ imports, providers: [Handlers] })
  class AppModule {}
  return AppModule;
}

/** Starts an app without listening, and gives the error that this ends in. */
async function failingStart(module: Type): Promise<FicWebhooksError> {
  const error = await createApp(module, { adapter: new ExpressAdapter() })
    .then((app) => app.init())
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (error instanceof FicWebhooksError) return error;
  throw new Error(`The app should have failed to start with an error of ours, not with ${error}.`);
}

/** Collects the lines of an app. */
function collectLines(): { lines: string[]; logger: LoggerService } {
  const lines: string[] = [];
  const add = (level: string) => (message: unknown, context: unknown) => {
    lines.push(`${level} [${context}] ${message}`);
  };
  return { lines, logger: { log: add('log'), warn: add('warn'), error: add('error') } };
}

describe('forRootAsync', () => {
  @Module({ providers: [{ provide: 'sink', useValue: receiverOptions.sink }], exports: ['sink'] })
  class ConfigModule {}

  @Injectable()
  class WebhookConfig implements FicWebhooksOptionsFactory {
    readonly #sink: string;
    constructor(@Inject('sink') sink: string) {
      this.#sink = sink;
    }
    async createFicWebhooksOptions() {
      return { ...receiverOptions, sink: this.#sink };
    }
  }

  @Module({ imports: [ConfigModule], providers: [WebhookConfig], exports: [WebhookConfig] })
  class WebhookConfigModule {}

  const modules: readonly (readonly [string, () => DynamicModule])[] = [
    [
      'useFactory with inject',
      () =>
        FicWebhooksModule.forRootAsync({
          path,
          imports: [ConfigModule],
          inject: ['sink', { token: 'missing', optional: true }],
          useFactory: async (sink: string, missing?: string) => ({
            ...receiverOptions,
            sink: missing ?? sink,
          }),
        }),
    ],
    [
      'useFactory without anything',
      () => FicWebhooksModule.forRootAsync({ path, useFactory: () => receiverOptions }),
    ],
    [
      'useFactory that gives a receiver',
      () => FicWebhooksModule.forRootAsync({ path, useFactory: () => createReceiver(receiverOptions) }),
    ],
    [
      'useClass',
      () => FicWebhooksModule.forRootAsync({ path, imports: [ConfigModule], useClass: WebhookConfig }),
    ],
    [
      'useExisting',
      () =>
        FicWebhooksModule.forRootAsync({ path, imports: [WebhookConfigModule], useExisting: WebhookConfig }),
    ],
  ];

  describe.each(platforms)('on %s', (_platform, createAdapter) => {
    it.each(modules)('takes %s', async (_way, create) => {
      const url = await startApp(moduleWith(create()), { adapter: createAdapter() });
      expect((await send(`${url}/${path}`, signNotification({}, signing))).status).toBe(204);
      expect((await send(`${url}/${path}`, { body: '{}' })).status).toBe(401);
    });
  });

  it('takes handlers, typed by their keys', async () => {
    const ids: number[] = [];
    const module = FicWebhooksModule.forRootAsync({
      path,
      useFactory: () => ({
        ...receiverOptions,
        handlers: { 'entities.clients.*': (event: FicEvent<'entities.clients.*'>) => ids.push(...event.ids) },
      }),
    });
    const url = await startApp(moduleWith(module), { adapter: new ExpressAdapter() });
    await send(`${url}/${path}`, signNotification({ ids: [3] }, signing));
    expect(ids).toEqual([3]);
  });
});

describe('forRoot', () => {
  it('takes a receiver that is made already, and options with handlers', async () => {
    const calls: string[] = [];
    const given = createReceiver({ ...receiverOptions, handlers: { '*': () => calls.push('given') } });
    const url = await startApp(
      moduleWith(
        FicWebhooksModule.forRoot({ path, receiver: given }),
        FicWebhooksModule.forRoot({
          name: 'second',
          path: 'webhooks/second',
          ...secondOptions,
          handlers: { 'entities.clients.*': (event) => calls.push(`second ${event.ids[0]}`) },
        }),
      ),
      { adapter: new ExpressAdapter() },
    );
    await send(`${url}/${path}`, signNotification({}, signing));
    await send(
      `${url}/webhooks/second`,
      signNotification({ ids: [8] }, { ...signing, sink: secondOptions.sink }),
    );
    expect(calls).toEqual(['given', 'second 8']);
  });

  it('gives its receivers to the whole app, by name', async () => {
    @Injectable()
    class Status {
      @InjectFicReceiver('second') readonly second!: FicReceiver;
      readonly first: FicReceiver;
      constructor(@InjectFicReceiver() first: FicReceiver) {
        this.first = first;
      }
    }
    @Module({ providers: [Status] })
    class FeatureModule {}
    const module = moduleWith(
      FeatureModule,
      FicWebhooksModule.forRoot({ path, ...receiverOptions }),
      FicWebhooksModule.forRoot({ name: 'second', ...secondOptions }),
    );
    const app = await createApp(module, { adapter: new ExpressAdapter() });
    const status = app.get(Status);
    expect([isReceiver(status.first), isReceiver(status.second)]).toEqual([true, true]);
    expect(status.first).not.toBe(status.second);
    expect(app.get(getFicReceiverToken('second'))).toBe(status.second);
    expect(await status.first.health()).toMatchObject({ ready: true });
  });

  it('works in an application without HTTP', async () => {
    const module = moduleWith(FicWebhooksModule.forRoot({ path, ...receiverOptions }));
    const { lines, logger } = collectLines();
    const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    onTestFinished(() => app.close());
    expect(lines.filter((line) => line.includes('Mapped'))).toEqual([]);
    expect(isReceiver(app.get(getFicReceiverToken()))).toBe(true);
  });
});

describe('misuse stops the start', () => {
  it.each([
    ['no sink', { path, applicationId: 1 }, 'sink-missing', 'sink'],
    [
      'an odd application',
      { path, ...receiverOptions, applicationId: 'x' },
      'application-id-invalid',
      'applicationId',
    ],
    ['an unknown option', { path, ...receiverOptions, sinks: [] }, 'option-unknown', 'sinks'],
    ['a path with a parameter', { ...receiverOptions, path: 'webhooks/:id' }, 'option-invalid', 'path'],
    ['a path with a query', { ...receiverOptions, path: 'webhooks?a' }, 'option-invalid', 'path'],
    ['a path that is no text', { ...receiverOptions, path: 7 }, 'option-invalid', 'path'],
    ['an empty name', { ...receiverOptions, path, name: '' }, 'option-invalid', 'name'],
    [
      'a receiver and options',
      { path, ...receiverOptions, receiver: createReceiver(receiverOptions) },
      'option-invalid',
      'receiver',
    ],
    ['something else than a receiver', { path, receiver: {} }, 'sink-missing', 'sink'],
  ])('%s', async (_what, options, code, option) => {
    const module = moduleWith(FicWebhooksModule.forRoot(options as unknown as typeof receiverOptions));
    expect(await failingStart(module)).toMatchObject({ code, option });
  });

  it('a path that the factory gives', async () => {
    const useFactory = () => ({ ...receiverOptions, path });
    const error = await failingStart(moduleWith(FicWebhooksModule.forRootAsync({ useFactory })));
    expect(error).toMatchObject({ code: 'option-invalid', option: 'path' });
    expect(error.message).toContain('beside useFactory');
  });

  it('forRootAsync without a factory', () => {
    const options = { path } as unknown as { useFactory: () => typeof receiverOptions };
    expect(() => FicWebhooksModule.forRootAsync(options)).toThrow(
      expect.objectContaining({ code: 'option-invalid', option: 'useFactory' }),
    );
  });

  it('two endpoints of one name', async () => {
    const error = await failingStart(
      moduleWith(
        FicWebhooksModule.forRoot({ path, ...receiverOptions }),
        FicWebhooksModule.forRoot({ path: 'other', ...secondOptions }),
      ),
    );
    expect(error.code).toBe('endpoint-duplicate');
    expect(error.message).toContain("'default'");
  });

  it('two endpoints of one path', async () => {
    const error = await failingStart(
      moduleWith(
        FicWebhooksModule.forRoot({ path, ...receiverOptions }),
        FicWebhooksModule.forRoot({ name: 'second', path: `/${path}/`, ...secondOptions }),
      ),
    );
    expect(error.code).toBe('endpoint-duplicate');
    expect(error.message).toContain(
      "/webhooks/fic belongs to the endpoint 'default' and to the endpoint 'second'",
    );
  });

  it('two controllers of one path', async () => {
    @FicWebhooksController(path)
    class First {}
    @FicWebhooksController(`/${path}`)
    class Second {}
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [First, Second] })
    class AppModule {}
    const error = await failingStart(AppModule);
    expect(error.code).toBe('endpoint-duplicate');
    expect(error.message).toContain('the controller First and to the controller Second');
  });

  it('an endpoint and a controller of one path', async () => {
    @FicWebhooksController(path)
    class Hooks {}
    @Module({ imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions })], controllers: [Hooks] })
    class AppModule {}
    const error = await failingStart(AppModule);
    expect(error.code).toBe('endpoint-duplicate');
    expect(error.message).toContain('the controller Hooks');
  });

  it('a pattern that matches nothing: class, method and cure are named', async () => {
    class Clients {
      // @ts-expect-error What the compiler finds is found at run time, too.
      @OnFicEvent('entities.client.create')
      changed() {}
    }
    @Module({ imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions })], providers: [Clients] })
    class AppModule {}
    const error = await failingStart(AppModule);
    expect(error.code).toBe('event-name-unknown');
    expect(error.message).toContain('@OnFicEvent on Clients.changed');
    expect(error.message).toContain("Did you mean 'entities.clients.create'?");
  });

  it.each([
    ['that is missing', undefined, "'undefined'"],
    ['that is null', null, "'null'"],
    ['that is a number', 7, "'7'"],
    ['that is missing in a list', ['*', undefined], "'undefined'"],
  ])('a pattern %s: class and method are named', async (_what, pattern, written) => {
    class Clients {
      @OnFicEvent(pattern as unknown as '*')
      changed() {}
    }
    @Module({ imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions })], providers: [Clients] })
    class AppModule {}
    const error = await failingStart(AppModule);
    expect(error.code).toBe('event-name-unknown');
    expect(error.message).toContain(`@OnFicEvent on Clients.changed: ${written} matches no`);
  });

  it('a handler for a receiver that does not exist', async () => {
    class Clients {
      @OnFicEvent('*', { receiver: 'secnd' })
      changed() {}
    }
    @Module({
      imports: [FicWebhooksModule.forRoot({ name: 'second', path, ...receiverOptions })],
      providers: [Clients],
    })
    class AppModule {}
    const error = await failingStart(AppModule);
    expect(error.code).toBe('receiver-unknown');
    expect(error.message).toContain("@OnFicEvent on Clients.changed wants the receiver 'secnd'");
    expect(error.message).toContain("There is: 'second'.");
  });

  it('a controller for a receiver that does not exist', async () => {
    @FicWebhooksController({ path, receiver: 'second' })
    class Hooks {}
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Hooks] })
    class AppModule {}
    const error = await failingStart(AppModule);
    expect(error.code).toBe('receiver-unknown');
    expect(error.message).toContain('@FicWebhooksController on Hooks');
  });

  it('a controller without the module', async () => {
    @FicWebhooksController(path)
    class Hooks {}
    @Module({ controllers: [Hooks] })
    class AppModule {}
    const error = await failingStart(AppModule);
    expect(error.code).toBe('module-missing');
    expect(error.message).toContain('FicWebhooksModule.forRoot(');
  });

  it.each([
    ['with a parameter', 'webhooks/:id'],
    ['with a parameter, in options', { path: 'webhooks/:id' }],
    ['that is missing in options', { receiver: 'second' }],
    ['that is a list', [path]],
    ['that is null', null],
    ['that is missing', undefined],
  ])('a controller with a path %s: the class is named', (_what, options) => {
    class Hooks {}
    expect(() => FicWebhooksController(options as string)(Hooks)).toThrow(
      expect.objectContaining({
        code: 'option-invalid',
        option: 'path',
        message: expect.stringContaining('The path of @FicWebhooksController on Hooks is '),
      }),
    );
  });
});

describe('the log', () => {
  const { logger: _silent, ...loggingOptions } = receiverOptions;

  it("is Nest's, and names the endpoint", async () => {
    const { lines, logger } = collectLines();
    const module = moduleWith(
      FicWebhooksModule.forRoot({ path, ...loggingOptions }),
      FicWebhooksModule.forRoot({
        name: 'second',
        path: 'second',
        ...loggingOptions,
        handlers: { '*': () => {} },
      }),
    );
    const url = await startApp(module, { adapter: new ExpressAdapter(), options: { logger } });
    await send(`${url}/${path}`, { body: '{}' });
    await send(`${url}/second`, { body: '{}' });
    expect(lines).toContainEqual(expect.stringContaining('warn [FicWebhooks] [fic-webhooks] token-missing'));
    expect(lines).toContainEqual(
      expect.stringContaining('warn [FicWebhooks:second] [fic-webhooks] token-missing'),
    );
    expect(lines).toContainEqual("log [FicWebhooks] Mapped {/webhooks/fic} to the receiver 'default'");
  });

  it('warns of an endpoint without any handler, and of no other', async () => {
    const { lines, logger } = collectLines();
    @Injectable()
    class ByHand implements OnModuleInit {
      @InjectFicReceiver('by-hand') readonly receiver!: FicReceiver;
      onModuleInit() {
        this.receiver.on('*', () => {}).on('products.*', () => {});
      }
    }
    @Module({
      imports: [
        FicWebhooksModule.forRoot({ name: 'empty', path: 'a', ...receiverOptions }),
        FicWebhooksModule.forRoot({ name: 'by-hand', path: 'b', ...receiverOptions }),
        FicWebhooksModule.forRoot({
          name: 'option',
          path: 'c',
          ...receiverOptions,
          handlers: { '*': () => {} },
        }),
        FicWebhooksModule.forRoot({ name: 'given', path: 'd', receiver: createReceiver(receiverOptions) }),
        FicWebhooksModule.forRoot({ path: 'e', ...receiverOptions }),
      ],
      providers: [ByHand, Handlers],
    })
    class AppModule {}
    const app = await createApp(AppModule, { adapter: new ExpressAdapter(), options: { logger } });
    await app.init();
    const warnings = lines.filter((line) => line.includes('no handler'));
    expect(warnings).toEqual([expect.stringContaining("warn [FicWebhooks:empty] The receiver 'empty'")]);
    expect(warnings[0]).toContain("{ receiver: 'empty' }");
  });
});

describe('in Test.createTestingModule', () => {
  it.each([
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter()],
  ] as const)('it is the same as in the app, on %s', async (_platform, createAdapter) => {
    const { logger: _ours, publicKeys: _published, ...production } = receiverOptions;
    const module = await Test.createTestingModule({
      imports: [FicWebhooksModule.forRoot({ path, ...production })],
      providers: [Handlers],
    })
      .overrideProvider(getFicReceiverToken())
      .useValue(createReceiver(receiverOptions))
      .compile();
    const app = module.createNestApplication(createAdapter());
    onTestFinished(() => app.close());
    app.setGlobalPrefix('api');
    await app.listen(0, '127.0.0.1');
    const url = `${urlOf(app)}/api/${path}`;
    expect((await send(url, signNotification({ ids: [1] }, signing))).status).toBe(204);
    // Ahead of the parsers here, too: they would answer 400.
    const malformed = signNotification({}, { ...signing, body: '{', contentType: 'application/json' });
    expect((await send(url, malformed)).status).toBe(503);
    expect(app.get(Handlers).ledger.handled.map(({ ids }) => ids)).toEqual([[1]]);
  });
});
