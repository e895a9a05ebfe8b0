import type { IncomingMessage } from 'node:http';
import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  Post,
  RequestMethod,
  Scope,
  SetMetadata,
  UseGuards,
  VersioningType,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, REQUEST, Reflector, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { map, timeout } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { FicEvent } from '../src/index.js';
import { FicWebhooksController, FicWebhooksModule, OnFicEvent } from '../src/index.js';
import {
  codeOf,
  createApp,
  platforms,
  receiverOptions,
  secondOptions,
  secondSigning,
  send,
  signing,
  startApp,
  urlOf,
} from './start-app.js';

const event = 'received_documents.create';
const notify = (ids: number[]) => signNotification({ name: event, ids }, signing);

it.each(['/WEBHOOKS/fic', '/webhooks//fic', '/webhooks/%66ic', '/webhooks/fic/;a=1'])(
  '@FicWebhooksController gets the body of what Fastify is told to take for its path: %s',
  async (path) => {
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent('*')
      received() {}
    }
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Hooks] })
    class AppModule {}
    const adapter = new FastifyAdapter({
      caseSensitive: false,
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      useSemicolonDelimiter: true,
    });
    const url = await startApp(AppModule, { adapter });
    expect((await send(url + path, notify([1]))).status).toBe(204);
  },
);

describe.each(platforms)('@FicWebhooksController on %s', (_platform, createAdapter) => {
  it('stands inside of the guards, interceptors and filters, and is wrapped by none', async () => {
    const asked: string[] = [];
    const Public = () => SetMetadata('public', true);
    @Injectable()
    class Guard implements CanActivate {
      readonly #reflector: Reflector;
      constructor(@Inject(Reflector) reflector: Reflector) {
        this.#reflector = reflector;
      }
      canActivate(context: ExecutionContext): boolean {
        const { authorization = '' } = context.switchToHttp().getRequest().headers;
        asked.push(`guard ${context.getClass().name} ${String(authorization).slice(0, 6)}`);
        return this.#reflector.get<boolean>('public', context.getClass());
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
    @Injectable()
    class OwnGuard implements CanActivate {
      canActivate(): boolean {
        asked.push('own guard');
        return true;
      }
    }
    const handled: FicEvent[] = [];
    @Public()
    @UseGuards(OwnGuard)
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent(event)
      received(received: FicEvent<typeof event>) {
        handled.push(received);
      }
    }
    @Module({
      imports: [FicWebhooksModule.forRoot(receiverOptions)],
      controllers: [Hooks],
      providers: [
        { provide: APP_GUARD, useClass: Guard },
        { provide: APP_INTERCEPTOR, useClass: Wrap },
        { provide: APP_FILTER, useClass: Filter },
      ],
    })
    class AppModule {}
    const url = `${await startApp(AppModule, { adapter: createAdapter() })}/webhooks/fic`;
    const once = (name: string, authorization = 'Bearer') => [
      `guard ${name} ${authorization}`,
      'own guard',
      'interceptor',
    ];
    const challenge = challengeRequest(signing);
    expect((await send(url, challenge)).body).toBe(JSON.stringify({ verification: challenge.challenge }));
    expect(asked.splice(0)).toEqual(once('Hooks'));
    expect((await send(url, notify([1]))).status).toBe(204);
    expect(asked.splice(0)).toEqual(once('Hooks'));
    expect((await send(url, signNotification({ name: 'subscriptions.welcome' }, signing))).status).toBe(204);
    expect(asked.splice(0)).toEqual(once('Hooks'));
    expect(codeOf(await send(url, { body: '{}' }))).toBe('token-missing');
    expect(asked.splice(0)).toEqual(once('Hooks', ''));
    expect(codeOf(await send(url, { method: 'DELETE' }))).toBe('method-not-allowed');
    expect(handled.map(({ ids }) => ids)).toEqual([[1]]);
  });

  it('is refused by a guard that refuses it', async () => {
    @Injectable()
    class Guard implements CanActivate {
      canActivate(): boolean {
        throw new ForbiddenException();
      }
    }
    const handled: FicEvent[] = [];
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent('*')
      received(received: FicEvent) {
        handled.push(received);
      }
    }
    @Module({
      imports: [FicWebhooksModule.forRoot(receiverOptions)],
      controllers: [Hooks],
      providers: [{ provide: APP_GUARD, useClass: Guard }],
    })
    class AppModule {}
    const url = await startApp(AppModule, { adapter: createAdapter() });
    expect((await send(`${url}/webhooks/fic`, notify([1]))).status).toBe(403);
    expect(handled).toEqual([]);
  });

  it('keeps its answer when an interceptor fails after it', async () => {
    @Injectable()
    class Late implements NestInterceptor {
      intercept(_context: unknown, next: CallHandler) {
        return next.handle().pipe(
          map(() => {
            throw new Error('late');
          }),
        );
      }
    }
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent('*')
      received() {}
    }
    @Module({
      imports: [FicWebhooksModule.forRoot(receiverOptions)],
      controllers: [Hooks],
      providers: [{ provide: APP_INTERCEPTOR, useClass: Late }],
    })
    class AppModule {}
    const url = `${await startApp(AppModule, { adapter: createAdapter() })}/webhooks/fic`;
    for (let time = 0; time < 2; time++) {
      // Its body is not read, so that its answer is not at its end yet when the interceptor fails.
      const refused = await send(url, { body: ' '.repeat(1_000_000) });
      expect([refused.status, codeOf(refused)]).toEqual([401, 'token-missing']);
      expect((await send(url, notify([1]))).status).toBe(204);
    }
  });

  it.each([
    ['URI', { type: VersioningType.URI, defaultVersion: '1' }],
    ['header', { type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' }],
    ['media type', { type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: '1' }],
  ] as const)(
    'stands behind the global prefix and the path of its module, without a version (%s)',
    async (_, by) => {
      @FicWebhooksController('fic')
      class Hooks {
        @OnFicEvent('*')
        received() {}
      }
      @Module({ controllers: [Hooks] })
      class HooksModule {}
      @Module({
        imports: [
          FicWebhooksModule.forRoot(receiverOptions),
          HooksModule,
          RouterModule.register([{ path: 'webhooks', module: HooksModule }]),
        ],
      })
      class AppModule {}
      const url = await startApp(AppModule, {
        adapter: createAdapter(),
        configure: (app) => app.setGlobalPrefix('api').enableVersioning(by),
      });
      expect((await send(`${url}/api/webhooks/fic`, notify([1]))).status).toBe(204);
      // What a parser of the app would answer with 400 or 415.
      const malformed = signNotification({}, { ...signing, body: '{', contentType: 'application/json' });
      expect(codeOf(await send(`${url}/api/webhooks/fic`, malformed))).toBe('body-malformed');
      const odd = signNotification({}, { ...signing, contentType: 'application/x-odd' });
      expect((await send(`${url}/api/webhooks/fic`, odd)).status).toBe(204);
      expect((await send(`${url}/webhooks/fic`, notify([2]))).status).toBe(404);
      expect((await send(`${url}/api/v1/webhooks/fic`, notify([3]))).status).toBe(404);
    },
  );

  it.each([
    ['for all methods', 'webhooks/fic', '/webhooks/fic'],
    ['with a slash at the end', 'webhooks/fic/', '/webhooks/fic'],
    [
      'for one of its methods, which Nest does not count',
      { path: 'webhooks/fic', method: RequestMethod.POST },
      '/api/webhooks/fic',
    ],
  ] as const)('gets its body when it is excluded from the prefix %s', async (_way, excluded, path) => {
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent('*')
      received() {}
    }
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Hooks] })
    class AppModule {}
    const url = await startApp(AppModule, {
      adapter: createAdapter(),
      configure: (app) => app.setGlobalPrefix('api', { exclude: [excluded] }),
    });
    const odd = signNotification({}, { ...signing, contentType: 'application/x-odd' });
    expect((await send(url + path, odd)).status).toBe(204);
    // What a parser of the app would answer with 400.
    const malformed = signNotification({}, { ...signing, body: '{', contentType: 'application/json' });
    expect(codeOf(await send(url + path, malformed))).toBe('body-malformed');
  });

  it.each([
    ['succeeds in the end', 204, ''],
    ['fails in the end', 500, 'handler-failed'],
  ])('answers by itself when an interceptor gives up on a handler that %s', async (_end, status, code) => {
    const gaveUp: unknown[] = [];
    @Injectable()
    class Impatient implements NestInterceptor {
      intercept(_context: unknown, next: CallHandler) {
        return next.handle().pipe(timeout(20));
      }
    }
    // What a filter of the app may do, whatever has been sent by then.
    @Catch()
    class Filter implements ExceptionFilter {
      catch(error: unknown, host: ArgumentsHost) {
        gaveUp.push(error);
        const response = host.switchToHttp().getResponse();
        const raw = response.raw ?? response;
        raw.statusCode = 408;
        raw.setHeader('content-type', 'text/plain');
        raw.setHeader('content-length', 8);
        raw.end('Too late');
      }
    }
    let ended = false;
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent('*')
      async received() {
        await new Promise((resolve) => setTimeout(resolve, 300));
        ended = true;
        if (status === 500) throw new Error('failed on purpose');
      }
    }
    for (const filters of [[], [{ provide: APP_FILTER, useClass: Filter }]]) {
      ended = false;
      @Module({
        imports: [FicWebhooksModule.forRoot(receiverOptions)],
        controllers: [Hooks],
        providers: [{ provide: APP_INTERCEPTOR, useClass: Impatient }, ...filters],
      })
      class AppModule {}
      const url = `${await startApp(AppModule, { adapter: createAdapter() })}/webhooks/fic`;
      const answer = await send(url, notify([1]));
      expect(ended).toBe(true);
      expect([answer.status, answer.body === '' ? '' : codeOf(answer)]).toEqual([status, code]);
      expect(answer.headers['content-type']).not.toBe('text/plain');
    }
    expect(gaveUp).toHaveLength(1);
  });

  it('takes part in the choice by host', async () => {
    @FicWebhooksController({ path: 'webhooks/fic', host: 'hooks.example.com' })
    class Hooks {
      @OnFicEvent('*')
      received() {}
    }
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Hooks] })
    class AppModule {}
    const url = `${await startApp(AppModule, { adapter: createAdapter() })}/webhooks/fic`;
    const { headers, body } = notify([1]);
    expect((await send(url, { headers: { ...headers, Host: 'hooks.example.com' }, body })).status).toBe(204);
    expect((await send(url, { headers, body })).status).toBe(404);
  });

  it('answers with the receiver it names, and handles its events', async () => {
    const calls: string[] = [];
    @FicWebhooksController({ path: 'webhooks/second', receiver: 'second' })
    class Hooks {
      @OnFicEvent(event)
      own(received: FicEvent<typeof event>) {
        calls.push(`own ${received.ids[0]}`);
      }

      @OnFicEvent(event, { receiver: 'default' })
      other(received: FicEvent<typeof event>) {
        calls.push(`other ${received.ids[0]}`);
      }
    }
    @Module({
      imports: [
        FicWebhooksModule.forRoot({ path: 'webhooks/fic', ...receiverOptions }),
        FicWebhooksModule.forRoot({ name: 'second', ...secondOptions }),
      ],
      controllers: [Hooks],
    })
    class AppModule {}
    const url = await startApp(AppModule, { adapter: createAdapter() });
    const second = signNotification({ name: event, ids: [2] }, secondSigning);
    expect((await send(`${url}/webhooks/second`, second)).status).toBe(204);
    expect((await send(`${url}/webhooks/fic`, notify([1]))).status).toBe(204);
    expect(codeOf(await send(`${url}/webhooks/second`, notify([3])))).toBe('token-audience');
    expect(calls).toEqual(['own 2', 'other 1']);
  });

  it('may be request-scoped', async () => {
    const requests: string[] = [];
    @FicWebhooksController({ path: 'webhooks/fic', scope: Scope.REQUEST })
    class Hooks {
      readonly #request: object;
      constructor(@Inject(REQUEST) request: object) {
        this.#request = request;
      }
      @OnFicEvent(event)
      received(received: FicEvent<typeof event>) {
        requests.push(this.#request === received ? 'the event' : 'something else');
      }
    }
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Hooks] })
    class AppModule {}
    const url = `${await startApp(AppModule, { adapter: createAdapter() })}/webhooks/fic`;
    expect((await send(url, challengeRequest(signing))).status).toBe(200);
    expect((await send(url, notify([1]))).status).toBe(204);
    expect((await send(url, notify([2]))).status).toBe(204);
    expect(requests).toEqual(['the event', 'the event']);
  });

  it('may have routes of its own, whose bodies are parsed', async () => {
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent('*')
      received() {}

      @Post('replay')
      replay(@Body() body: unknown) {
        return { body };
      }
    }
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Hooks] })
    class AppModule {}
    const url = `${await startApp(AppModule, { adapter: createAdapter() })}/webhooks/fic`;
    const headers = { 'content-type': 'application/json' };
    expect((await send(`${url}/replay`, { headers, body: '{"a":1}' })).body).toBe('{"body":{"a":1}}');
    expect((await send(url, notify([1]))).status).toBe(204);
  });

  it('can stand several times in one process, in one app and in several', async () => {
    const create = (name: string) => {
      const calls: string[] = [];
      @FicWebhooksController('webhooks/fic')
      class First {
        @OnFicEvent(event)
        received() {
          calls.push(name);
        }
      }
      @FicWebhooksController('webhooks/again')
      class Second {}
      @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [First, Second] })
      class AppModule {}
      return { AppModule, calls };
    };
    const one = create('one');
    const two = create('two');
    const urls = [
      await startApp(one.AppModule, { adapter: createAdapter() }),
      await startApp(two.AppModule, { adapter: createAdapter() }),
      await startApp(one.AppModule, { adapter: createAdapter() }),
    ];
    for (const url of urls) {
      expect((await send(`${url}/webhooks/fic`, notify([1]))).status).toBe(204);
      expect((await send(`${url}/webhooks/again`, notify([1]))).status).toBe(204);
    }
    expect([one.calls, two.calls]).toEqual([
      ['one', 'one', 'one', 'one'],
      ['two', 'two'],
    ]);
  });
});

// On Fastify, Nest cannot tell routes of one path apart by host.
describe('@FicWebhooksController on Express alone', () => {
  it('may share its path with another one for another host', async () => {
    @FicWebhooksController({ path: 'webhooks', host: 'first.example.com' })
    class First {}
    @FicWebhooksController({ path: 'webhooks', host: 'second.example.com', receiver: 'second' })
    class Second {}
    @Module({
      imports: [
        FicWebhooksModule.forRoot(receiverOptions),
        FicWebhooksModule.forRoot({ name: 'second', ...secondOptions }),
      ],
      controllers: [First, Second],
    })
    class AppModule {}
    const url = `${await startApp(AppModule, { adapter: new ExpressAdapter() })}/webhooks`;
    const notifyHost = async (host: string, by: typeof signing) => {
      const { headers, body } = signNotification({}, by);
      return (await send(url, { headers: { ...headers, Host: host }, body })).status;
    };
    expect(await notifyHost('first.example.com', signing)).toBe(204);
    expect(await notifyHost('second.example.com', secondSigning)).toBe(204);
    expect(await notifyHost('first.example.com', secondSigning)).toBe(503);
  });
});

describe('behind a serverless wrapper, whose requests have no raw headers', () => {
  it.each(platforms)('it knows the media type all the same, on %s', async (_platform, createAdapter) => {
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent('*')
      received() {}
    }
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Hooks] })
    class AppModule {}
    const adapter = createAdapter();
    const app = await createApp(AppModule, { adapter });
    app.getHttpServer().prependListener('request', (request: IncomingMessage) => {
      request.rawHeaders = [];
    });
    await app.listen(0, '127.0.0.1');
    const { headers, body } = signNotification({}, { ...signing, mode: 'structured' });
    // Without this attribute only the media type says what it is.
    const { specversion: _, ...attributes } = JSON.parse(body);
    const request = { headers, body: JSON.stringify(attributes) };
    expect((await send(`${urlOf(app)}/webhooks/fic`, request)).status).toBe(204);
    const bare = { headers: { Authorization: headers['Authorization'] ?? '' }, body: request.body };
    expect(codeOf(await send(`${urlOf(app)}/webhooks/fic`, bare))).toBe('event-unreadable');
  });
});

describe('an ordinary controller', () => {
  it.each(platforms)('stays what it is beside it, on %s', async (_platform, createAdapter) => {
    @Controller('echo')
    class Echo {
      @Post()
      echo(@Body() body: unknown) {
        return { body };
      }
    }
    @FicWebhooksController('webhooks/fic')
    class Hooks {
      @OnFicEvent('*')
      received() {}
    }
    @Module({ imports: [FicWebhooksModule.forRoot(receiverOptions)], controllers: [Echo, Hooks] })
    class AppModule {}
    const url = await startApp(AppModule, { adapter: createAdapter() });
    const headers = { 'content-type': 'application/json' };
    expect((await send(`${url}/echo`, { headers, body: '{"a":1}' })).body).toBe('{"body":{"a":1}}');
    expect((await send(`${url}/echo`, { headers, body: '{' })).status).toBe(400);
  });
});
