import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import {
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type INestApplication,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type NestModule,
  Post,
  RequestMethod,
  VersioningType,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { FicEvent } from '../src/index.js';
import { FicWebhooksModule, OnFicEvent } from '../src/index.js';
import {
  codeOf,
  createApp,
  Ledger,
  platforms,
  receiverOptions,
  secondOptions,
  secondSigning,
  send,
  signing,
  startApp,
} from './start-app.js';

const path = 'webhooks/fic';
const welcome = signNotification({ name: 'subscriptions.welcome' }, signing);

/** An app whose own parts answer everything in their way. They note when they are asked. */
function createModule({ ledger = new Ledger(), asked = [] as string[] } = {}) {
  @Injectable()
  class Guard implements CanActivate {
    canActivate(): boolean {
      asked.push('guard');
      return false;
    }
  }
  @Injectable()
  class Wrap implements NestInterceptor {
    intercept(_context: unknown, next: CallHandler) {
      asked.push('interceptor');
      return next.handle().pipe(map((data) => ({ data })));
    }
  }
  @Catch()
  class Filter implements ExceptionFilter {
    catch() {
      asked.push('filter');
    }
  }
  @Controller()
  class Handlers {
    @OnFicEvent('*')
    handle(event: FicEvent) {
      ledger.note(event);
    }
  }
  @Module({
    imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions })],
    controllers: [Handlers],
    providers: [
      { provide: APP_GUARD, useClass: Guard },
      { provide: APP_INTERCEPTOR, useClass: Wrap },
      { provide: APP_FILTER, useClass: Filter },
    ],
  })
  class AppModule implements NestModule {
    configure(consumer: MiddlewareConsumer) {
      const middleware = (_request: unknown, _response: unknown, next: () => void) => {
        asked.push('middleware');
        next();
      };
      consumer.apply(middleware).forRoutes({ path: '*path', method: RequestMethod.ALL });
    }
  }
  return AppModule;
}

/** An app with nothing but handlers and a route of its own. */
function createPlainModule(ledger = new Ledger()) {
  @Controller()
  class Handlers {
    @OnFicEvent('*')
    handle(event: FicEvent) {
      ledger.note(event);
    }

    @Post(['echo', 'webhooks/fic/inner'])
    echo(@Body() body: unknown) {
      return { body };
    }
  }
  @Module({ imports: [FicWebhooksModule.forRoot({ path, ...receiverOptions })], controllers: [Handlers] })
  class AppModule {}
  return AppModule;
}

/** What the documentation of CORS shows for an origin that is not listed, with none as well. */
function refuseOrigin(_origin: string | undefined, callback: (error: Error) => void): void {
  callback(new Error('Not allowed by CORS'));
}

/** Which of these URLs is the webhook's. */
async function findWebhooks(url: string, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const one of paths) {
    const request = challengeRequest(signing);
    const { status, body } = await send(url + one, request);
    if (status === 200 && JSON.parse(body).verification === request.challenge) found.push(one);
  }
  return found;
}

describe.each(platforms)('the mount on %s', (_platform, createAdapter) => {
  it('comes before middleware, guards, interceptors and filters', async () => {
    const ledger = new Ledger();
    const asked: string[] = [];
    const url = await startApp(createModule({ ledger, asked }), {
      adapter: createAdapter(),
      configure: (app) =>
        app.use((_request: unknown, _response: unknown, next: () => void) => {
          asked.push('app.use');
          next();
        }),
    });
    const challenge = challengeRequest({ ...signing, method: 'query' });
    const echoed = await send(`${url}/${path}`, challenge);
    expect([echoed.status, echoed.body]).toEqual([
      200,
      JSON.stringify({ verification: challenge.challenge }),
    ]);
    expect((await send(`${url}/${path}`, welcome)).status).toBe(204);
    expect((await send(`${url}/${path}`, signNotification({ ids: [1] }, signing))).status).toBe(204);
    expect(codeOf(await send(`${url}/${path}`, { body: '{}' }))).toBe('token-missing');
    expect(codeOf(await send(`${url}/${path}`, { method: 'PATCH' }))).toBe('method-not-allowed');
    expect(ledger.handled.map(({ name }) => name)).toEqual([
      'subscriptions.welcome',
      'entities.clients.create',
    ]);
    expect(asked).toEqual([]);
  });

  it('leaves the rest of the app alone', async () => {
    const url = await startApp(createPlainModule(), { adapter: createAdapter() });
    const headers = { 'content-type': 'application/json' };
    for (const one of ['/echo', `/${path}/inner`]) {
      const { status, body } = await send(url + one, { headers, body: '{"a":1}' });
      expect([status, body]).toEqual([201, '{"body":{"a":1}}']);
    }
    expect((await send(`${url}/webhooks`, signNotification({}, signing))).status).toBe(404);
    expect((await send(`${url}/${path}/other`, signNotification({}, signing))).status).toBe(404);
    expect((await send(`${url}/`, signNotification({}, signing))).status).toBe(404);
  });

  it('takes its exact path, with or without a slash at the end, and any query', async () => {
    const url = await startApp(createPlainModule(), { adapter: createAdapter() });
    const paths = [
      '/webhooks/fic',
      '/webhooks/fic/',
      '/webhooks/fic?a=/b/',
      '/webhooks/fic//',
      '/Webhooks/fic',
    ];
    expect(await findWebhooks(url, paths)).toEqual(paths.slice(0, 3));
  });

  it.each(['api', '/api', '/api/', 'api/v9'])('stands behind the global prefix %j', async (prefix) => {
    const url = await startApp(createPlainModule(), {
      adapter: createAdapter(),
      configure: (app) => app.setGlobalPrefix(prefix),
    });
    const bare = prefix.replaceAll(/^\/|\/$/g, '');
    expect(await findWebhooks(url, ['/webhooks/fic', `/${bare}/webhooks/fic`])).toEqual([
      `/${bare}/webhooks/fic`,
    ]);
  });

  it.each([
    ['by its path', ['webhooks/fic']],
    ['by a pattern', ['webhooks/*path']],
    ['by its path with a slash at the end', ['webhooks/fic/']],
    ['for one of its methods', [{ path: 'webhooks/fic', method: RequestMethod.POST }]],
  ])('stands outside of the global prefix when excluded %s', async (_way, exclude) => {
    const url = await startApp(createPlainModule(), {
      adapter: createAdapter(),
      configure: (app) => app.setGlobalPrefix('api', { exclude }),
    });
    expect(await findWebhooks(url, ['/webhooks/fic', '/api/webhooks/fic'])).toEqual(['/webhooks/fic']);
  });

  it('refuses a global prefix with a parameter at the start', async () => {
    const start = startApp(createPlainModule(), {
      adapter: createAdapter(),
      configure: (app) => app.setGlobalPrefix('api/:tenant'),
    });
    await expect(start).rejects.toThrow('The global prefix of the app is "api/:tenant"');
  });

  it('stays behind the prefix when other paths are excluded', async () => {
    const url = await startApp(createPlainModule(), {
      adapter: createAdapter(),
      configure: (app) => app.setGlobalPrefix('api', { exclude: ['health', 'webhooks'] }),
    });
    expect(await findWebhooks(url, ['/webhooks/fic', '/api/webhooks/fic'])).toEqual(['/api/webhooks/fic']);
  });

  it.each([
    { type: VersioningType.URI, defaultVersion: '1' },
    { type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' },
  ] as const)('has no version under versioning %j', async (versioning) => {
    const url = await startApp(createPlainModule(), {
      adapter: createAdapter(),
      configure: (app) => app.setGlobalPrefix('api').enableVersioning(versioning),
    });
    expect(await findWebhooks(url, ['/api/webhooks/fic', '/api/v1/webhooks/fic'])).toEqual([
      '/api/webhooks/fic',
    ]);
  });

  it.each<[string, (app: INestApplication) => unknown]>([
    ['CORS that answers with an error', (app) => app.enableCors({ origin: refuseOrigin })],
    [
      'an extractor of versions that throws',
      (app) =>
        app.enableVersioning({
          type: VersioningType.CUSTOM,
          defaultVersion: '1',
          extractor() {
            throw new Error('No version');
          },
        }),
    ],
  ])('comes before %s', async (_what, configure) => {
    const url = await startApp(createPlainModule(), { adapter: createAdapter(), configure });
    expect(await findWebhooks(url, [`/${path}`])).toEqual([`/${path}`]);
    expect((await send(`${url}/${path}`, signNotification({}, signing))).status).toBe(204);
    const headers = { 'content-type': 'application/json' };
    expect((await send(`${url}/echo`, { headers, body: '{}' })).status).toBe(500);
  });

  it.each(['before', 'after'])('comes before a hook that is set %s the app is made', async (time) => {
    const seen: string[] = [];
    const adapter = createAdapter();
    const setHook = () =>
      adapter.setOnRequestHook(({ url }: { url: string }, _response: unknown, done: () => void) => {
        seen.push(url);
        done();
      });
    if (time === 'before') setHook();
    const url = await startApp(createPlainModule(), {
      adapter,
      configure: time === 'after' ? setHook : () => {},
    });
    expect((await send(`${url}/${path}`, signNotification({}, signing))).status).toBe(204);
    const headers = { 'content-type': 'application/json' };
    expect((await send(`${url}/echo`, { headers, body: '{}' })).status).toBe(201);
    expect(seen).toEqual(['/echo']);
  });

  it('has several endpoints, each with its own handlers', async () => {
    const calls: string[] = [];
    @Controller()
    class Handlers {
      @OnFicEvent('entities.clients.*')
      first(event: FicEvent<'entities.clients.*'>) {
        calls.push(`first ${event.ids[0]}`);
      }

      @OnFicEvent('entities.clients.*', { receiver: 'second' })
      second(event: FicEvent<'entities.clients.*'>) {
        calls.push(`second ${event.ids[0]}`);
      }
    }
    @Module({
      imports: [
        FicWebhooksModule.forRoot({ path, ...receiverOptions }),
        FicWebhooksModule.forRoot({ name: 'second', path: 'webhooks/second', ...secondOptions }),
      ],
      controllers: [Handlers],
    })
    class AppModule {}
    const url = await startApp(AppModule, { adapter: createAdapter() });
    expect((await send(`${url}/webhooks/fic`, signNotification({ ids: [1] }, signing))).status).toBe(204);
    const other = signNotification({ ids: [2] }, secondSigning);
    expect((await send(`${url}/webhooks/second`, other)).status).toBe(204);
    expect(codeOf(await send(`${url}/webhooks/fic`, other))).toBe('token-audience');
    expect(calls).toEqual(['first 1', 'second 2']);
  });

  it('answers a failing handler with 500 and the retry with 204', async () => {
    const ledger = new Ledger();
    const url = await startApp(createPlainModule(ledger), { adapter: createAdapter() });
    const notification = signNotification({}, signing);
    ledger.failNext();
    const failed = await send(`${url}/${path}`, notification);
    expect([failed.status, codeOf(failed)]).toEqual([500, 'handler-failed']);
    expect((await send(`${url}/${path}`, notification)).status).toBe(204);
    expect((await send(`${url}/${path}`, notification)).status).toBe(204);
    expect(ledger.handled).toHaveLength(1);
  });
});

describe('the mount on Fastify', () => {
  it.each([{}, { skipMiddie: true }])('is passed by inject(), with options %j', async (options) => {
    const ledger = new Ledger();
    const app = (await createApp(createPlainModule(ledger), {
      adapter: new FastifyAdapter(options),
    })) as NestFastifyApplication;
    await app.init();
    const { headers, body } = signNotification({ ids: [4] }, signing);
    const answer = await app.inject({ method: 'POST', url: `/${path}`, headers, payload: body });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    const refused = await app.inject({ method: 'POST', url: `/${path}`, payload: '{}' });
    expect([refused.statusCode, refused.json().code]).toEqual([401, 'token-missing']);
    const echo = await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } });
    expect(echo.json()).toEqual({ body: { a: 1 } });
    expect(ledger.handled.map(({ ids }) => ids)).toEqual([[4]]);
  });

  it('lets the hooks of the app see the end of a request', async () => {
    const seen: number[] = [];
    const adapter = new FastifyAdapter();
    adapter.getInstance().addHook('onResponse', async (_request, reply) => {
      seen.push(reply.raw.statusCode);
    });
    const url = await startApp(createPlainModule(), { adapter });
    await send(`${url}/${path}`, signNotification({}, signing));
    await send(`${url}/${path}`, { body: '{}' });
    await expect.poll(() => seen).toEqual([204, 401]);
  });
});
