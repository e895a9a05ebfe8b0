import { signNotification } from '@fic-webhooks/testing';
import {
  type CallHandler,
  type CanActivate,
  Controller,
  Inject,
  Injectable,
  Module,
  type ModuleMetadata,
  type NestInterceptor,
  Scope,
  type Type,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { type ContextId, ContextIdFactory, REQUEST } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { defer } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FicContext, FicEvent, UnknownFicEvent } from '../src/index.js';
import {
  FicWebhooksController,
  FicWebhooksModule,
  type FicWebhooksModuleOptions,
  OnFicEvent,
  unlisted,
} from '../src/index.js';
import { receiverOptions, send, signing, startApp } from './start-app.js';

type ClientEvent = FicEvent<'entities.clients.*'>;

/** Starts an app with these parts, and gives a function that notifies it and returns the status. */
async function start(parts: ModuleMetadata, options: Partial<FicWebhooksModuleOptions> = {}) {
  @Module({
    ...parts,
    imports: [
      FicWebhooksModule.forRoot({ path: 'webhooks/fic', ...receiverOptions, ...options }),
      ...(parts.imports ?? []),
    ],
  })
  class AppModule {}
  const url = await startApp(AppModule, { adapter: new ExpressAdapter() });
  return async (event: Parameters<typeof signNotification>[0] = {}) =>
    (await send(`${url}/webhooks/fic`, signNotification(event, signing))).status;
}

describe('@OnFicEvent', () => {
  it('takes a name, a full type, a pattern, a list, and a type that is not listed', async () => {
    const calls: string[] = [];
    class Handlers {
      @OnFicEvent('entities.clients.create')
      name(event: FicEvent<'entities.clients.create'>) {
        calls.push(`name ${event.name}`);
      }

      @OnFicEvent('it.fattureincloud.webhooks.entities.clients.create')
      type(event: FicEvent<'entities.clients.create'>) {
        calls.push(`type ${event.name}`);
      }

      @OnFicEvent('entities.*.create')
      pattern(event: FicEvent<'entities.*.create'>) {
        calls.push(`pattern ${event.name}`);
      }

      @OnFicEvent(['products.create', 'cashbook.*'])
      list(event: FicEvent<'products.create' | 'cashbook.*'>) {
        calls.push(`list ${event.name}`);
      }

      @OnFicEvent(unlisted('entities.leads.create'))
      unlisted(event: UnknownFicEvent) {
        calls.push(`unlisted ${event.name}`);
      }
    }
    const notify = await start({ providers: [Handlers] });
    await notify({ name: 'entities.clients.create' });
    await notify({ name: 'cashbook.update', ids: ['a'] });
    await notify({ name: 'products.create' });
    await notify({ type: 'it.fattureincloud.webhooks.entities.leads.create' });
    await notify({ name: 'products.delete' });
    expect(calls).toEqual([
      'name entities.clients.create',
      'type entities.clients.create',
      'pattern entities.clients.create',
      'list cashbook.update',
      'list products.create',
      'unlisted entities.leads.create',
    ]);
  });

  it('gives the event, the context and the instance, in controllers, providers and modules', async () => {
    const calls: string[] = [];
    class Base {
      readonly label = this.constructor.name;
      @OnFicEvent('*')
      async handle(event: FicEvent, context: FicContext) {
        await Promise.resolve();
        calls.push(`${this.label} ${event.ids[0]} ${context.attempt} ${context.signal.aborted}`);
      }
    }
    @Controller('some')
    class SomeController extends Base {}
    @Injectable()
    class SomeProvider extends Base {}
    class ByFactory extends Base {}
    class ByValue extends Base {}
    @Module({})
    class SomeModule extends Base {}
    const notify = await start({
      imports: [SomeModule],
      controllers: [SomeController],
      providers: [
        SomeProvider,
        { provide: 'factory', useFactory: async () => new ByFactory() },
        { provide: 'value', useValue: new ByValue() },
        { provide: 'alias', useExisting: SomeProvider },
        { provide: 'nothing', useValue: null },
        { provide: 'text', useValue: 'text' },
        { provide: 'bare', useValue: Object.create(null) },
      ],
    });
    expect(await notify({ ids: [7] })).toBe(204);
    expect(calls.sort()).toEqual(
      ['ByFactory', 'ByValue', 'SomeController', 'SomeModule', 'SomeProvider'].map(
        (name) => `${name} 7 1 false`,
      ),
    );
  });

  it('registers a class once, however often it is listed', async () => {
    let calls = 0;
    @Controller('some')
    class Handlers {
      @OnFicEvent('*')
      handle() {
        calls++;
      }
    }
    @Module({ providers: [Handlers], controllers: [Handlers] })
    class FirstModule {}
    @Module({ providers: [Handlers, { provide: 'again', useClass: Handlers }] })
    class SecondModule {}
    const notify = await start({ imports: [FirstModule, SecondModule], controllers: [Handlers] });
    expect(await notify()).toBe(204);
    expect(calls).toBe(1);
  });

  it('may be repeated: the method runs once for an event that several patterns match', async () => {
    const calls: string[] = [];
    class Handlers {
      @OnFicEvent('entities.clients.*')
      @OnFicEvent('entities.*.create')
      @OnFicEvent('products.create')
      handle(event: FicEvent) {
        calls.push(event.name);
      }
    }
    const notify = await start({ providers: [Handlers] });
    for (const name of ['entities.clients.create', 'entities.suppliers.create', 'products.create'] as const) {
      expect(await notify({ name })).toBe(204);
    }
    expect(await notify({ name: 'products.delete' })).toBe(204);
    expect(calls).toEqual(['entities.clients.create', 'entities.suppliers.create', 'products.create']);
  });

  it('is inherited, and can be overridden', async () => {
    const calls: string[] = [];
    class Base {
      @OnFicEvent('entities.clients.*')
      kept(_event: ClientEvent) {
        calls.push('Base.kept');
      }
      @OnFicEvent('entities.clients.*')
      replaced(_event: FicEvent) {
        calls.push('Base.replaced');
      }
      @OnFicEvent('entities.clients.*')
      moved(_event: FicEvent) {
        calls.push('Base.moved');
      }
    }
    class Derived extends Base {
      override replaced() {
        calls.push('Derived.replaced');
      }
      @OnFicEvent('products.*')
      override moved() {
        calls.push('Derived.moved');
      }
    }
    const notify = await start({ providers: [Derived] });
    await notify({ name: 'entities.clients.create' });
    expect(calls.splice(0)).toEqual(['Base.kept', 'Derived.replaced']);
    await notify({ name: 'products.create' });
    expect(calls).toEqual(['Derived.moved']);
  });

  it('stays when another decorator puts a function in the place of the method', async () => {
    const calls: string[] = [];
    const Traced: MethodDecorator = (_target, _method, descriptor) => {
      const original = descriptor.value as unknown as (...input: unknown[]) => unknown;
      const traced = function (this: unknown, ...input: unknown[]) {
        calls.push('traced');
        return original.apply(this, input);
      };
      Object.assign(descriptor, { value: traced });
    };
    class Handlers {
      @Traced
      @OnFicEvent('*')
      handle() {
        calls.push('handled');
      }
    }
    const notify = await start({ providers: [Handlers] });
    await notify();
    expect(calls).toEqual(['traced', 'handled']);
  });

  it('runs no guard and no interceptor', async () => {
    const asked: string[] = [];
    @Injectable()
    class Guard implements CanActivate {
      canActivate() {
        asked.push('guard');
        return false;
      }
    }
    @Injectable()
    class Interceptor implements NestInterceptor {
      intercept(_context: unknown, next: CallHandler) {
        asked.push('interceptor');
        return next.handle();
      }
    }
    @UseGuards(Guard)
    @UseInterceptors(Interceptor)
    @Controller('some')
    class Handlers {
      @UseGuards(Guard)
      @OnFicEvent('*')
      handle() {
        asked.push('handler');
      }
    }
    const notify = await start({ controllers: [Handlers] });
    expect(await notify()).toBe(204);
    expect(asked).toEqual(['handler']);
  });

  it('names class and method in errors, or what it is told', async () => {
    const lines: string[] = [];
    const failed: string[] = [];
    class Clients {
      @OnFicEvent('entities.clients.*')
      changed(_event: ClientEvent) {
        throw new Error('broken');
      }
      @OnFicEvent('entities.clients.*', { name: 'the other one' })
      async other(_event: ClientEvent) {
        throw new Error('broken too');
      }
    }
    const logger = { warn() {}, error: (line: string) => void lines.push(line) };
    const onError = (_error: unknown, { handler }: { handler: string }) => failed.push(handler);
    const notify = await start({ providers: [Clients] }, { logger, onError });
    expect(await notify()).toBe(500);
    expect(failed).toEqual(['Clients.changed', 'the other one']);
    expect(lines.join('\n')).toContain("Handler 'Clients.changed' failed on entities.clients.create");
  });

  it.each(['of an instance', 'of an instance for each event'])(
    'waits for the Observable that a handler %s returns',
    async (which) => {
      const steps: string[] = [];
      let broken = true;
      @Injectable({ scope: which === 'of an instance' ? Scope.DEFAULT : Scope.REQUEST })
      class Handlers {
        @OnFicEvent('*')
        handle() {
          return defer(async () => {
            steps.push('subscribed');
            await new Promise((resolve) => setTimeout(resolve, 10));
            if (broken) throw new Error('failed on purpose');
            steps.push('done');
          });
        }
      }
      const notify = await start({ providers: [Handlers] });
      expect(await notify()).toBe(500);
      broken = false;
      expect(await notify()).toBe(204);
      expect(steps).toEqual(['subscribed', 'subscribed', 'done']);
    },
  );

  it('refuses a static method', () => {
    expect(() => {
      class Handlers {
        @OnFicEvent('*')
        static handle() {}
        other() {}
      }
      return Handlers;
    }).toThrow(expect.objectContaining({ code: 'handler-invalid' }));
  });
});

describe('@OnFicEvent in providers with a scope', () => {
  /** Counts the instances, and notes which one handled what. */
  function createScoped(scope: Scope, calls: string[]): { Shared: Type; Handlers: Type; Others: Type } {
    let made = 0;
    @Injectable({ scope })
    class Shared {
      readonly id = ++made;
    }
    @Injectable({ scope })
    class Handlers {
      readonly #shared: Shared;
      constructor(@Inject(Shared) shared: Shared) {
        this.#shared = shared;
      }
      @OnFicEvent('entities.clients.*')
      async handle(event: ClientEvent) {
        calls.push(`handlers ${event.ids[0]} shared ${this.#shared.id}`);
      }
    }
    // Default scope, and yet made for each request, as what it depends on is.
    @Controller('others')
    class Others {
      readonly #shared: Shared;
      constructor(@Inject(Shared) shared: Shared) {
        this.#shared = shared;
      }
      @OnFicEvent('entities.clients.*')
      handle(event: ClientEvent) {
        calls.push(`others ${event.ids[0]} shared ${this.#shared.id}`);
      }
    }
    return { Shared, Handlers, Others };
  }

  it('makes them for each event, and shares request-scoped ones among its handlers', async () => {
    const calls: string[] = [];
    const { Shared, Handlers, Others } = createScoped(Scope.REQUEST, calls);
    const notify = await start({ providers: [Shared, Handlers], controllers: [Others] });
    expect(await notify({ ids: [1] })).toBe(204);
    expect(await notify({ ids: [2] })).toBe(204);
    expect(calls).toEqual([
      'others 1 shared 1',
      'handlers 1 shared 1',
      'others 2 shared 2',
      'handlers 2 shared 2',
    ]);
  });

  it('makes transient ones for each event, too', async () => {
    const calls: string[] = [];
    const { Shared, Handlers } = createScoped(Scope.TRANSIENT, calls);
    const notify = await start({ providers: [Shared, Handlers] });
    expect(await notify({ ids: [1] })).toBe(204);
    expect(await notify({ ids: [2] })).toBe(204);
    const ids = calls.map((line) => line.split(' ').at(-1));
    expect(calls.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['handlers 1', 'handlers 2']);
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['request-scoped', Scope.REQUEST],
    ['transient', Scope.TRANSIENT],
  ])('finds those that a %s factory makes under their class', async (_name, scope) => {
    const calls: string[] = [];
    const { Shared, Handlers } = createScoped(scope, calls);
    const useFactory = (shared: object) => new Handlers(shared);
    const notify = await start({
      providers: [Shared, { provide: Handlers, scope, useFactory, inject: [Shared] }],
    });
    expect(await notify({ ids: [1] })).toBe(204);
    expect(await notify({ ids: [2] })).toBe(204);
    expect(calls.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['handlers 1', 'handlers 2']);
  });

  it('gives them the event as REQUEST', async () => {
    const requests: unknown[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class Handlers {
      readonly #request: FicEvent;
      constructor(@Inject(REQUEST) request: FicEvent) {
        this.#request = request;
      }
      @OnFicEvent('*')
      handle(event: FicEvent) {
        requests.push(this.#request === event, this.#request.companyId);
      }
    }
    const notify = await start({ providers: [Handlers] });
    expect(await notify({ companyId: 5 })).toBe(204);
    expect(requests).toEqual([true, 5]);
  });

  it('makes durable ones once for each tenant that the strategy tells from the event', async () => {
    const tenants = new Map<unknown, ContextId>();
    ContextIdFactory.apply({
      attach(contextId, request) {
        const tenant = (request as unknown as Partial<FicEvent>).companyId;
        const known = tenants.get(tenant) ?? ContextIdFactory.create();
        tenants.set(tenant, known);
        return {
          resolve: ({ isTreeDurable }) => (isTreeDurable ? known : contextId),
          payload: { tenant },
        };
      },
    });
    onTestFinished(() => {
      Reflect.deleteProperty(ContextIdFactory, 'strategy');
    });
    const made: unknown[] = [];
    const calls: unknown[] = [];
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Connection {
      readonly tenant: number;
      constructor(@Inject(REQUEST) { tenant }: { tenant: number }) {
        this.tenant = tenant;
        made.push(tenant);
      }
    }
    @Injectable()
    class Handlers {
      readonly #connection: Connection;
      constructor(@Inject(Connection) connection: Connection) {
        this.#connection = connection;
      }
      @OnFicEvent('*')
      handle(_event: FicEvent) {
        calls.push(this.#connection.tenant);
      }
    }
    const notify = await start({ providers: [Connection, Handlers] });
    for (const companyId of [5, 6, 5]) expect(await notify({ companyId })).toBe(204);
    expect(made).toEqual([5, 6]);
    expect(calls).toEqual([5, 6, 5]);
  });

  it('fails the event when one cannot be made', async () => {
    let broken = true;
    @Injectable({ scope: Scope.REQUEST })
    class Handlers {
      constructor() {
        if (broken) throw new Error('no database');
      }
      @OnFicEvent('*')
      handle() {}
    }
    const notify = await start({ providers: [Handlers] });
    expect(await notify()).toBe(500);
    broken = false;
    expect(await notify()).toBe(204);
  });

  it('takes the instance of the module that is found first when several have one', async () => {
    const calls: string[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class Handlers {
      readonly #place: string;
      constructor(@Inject('place') place: string) {
        this.#place = place;
      }
      @OnFicEvent('*')
      handle() {
        calls.push(this.#place);
      }
    }
    const inPlace = (place: string) => {
      @Module({ providers: [Handlers, { provide: 'place', useValue: place }] })
      class Place {}
      return Place;
    };
    const notify = await start({ imports: [inPlace('first'), inPlace('second')] });
    expect(await notify()).toBe(204);
    expect(calls).toEqual(['first']);
  });
});

describe('the handlers of a @FicWebhooksController', () => {
  it('run for events that come in elsewhere for the same receiver', async () => {
    const calls: string[] = [];
    @FicWebhooksController('webhooks/own')
    class Hooks {
      @OnFicEvent('*')
      handle(event: FicEvent) {
        calls.push(event.name);
      }
    }
    const notify = await start({ controllers: [Hooks] });
    expect(await notify()).toBe(204);
    expect(calls).toEqual(['entities.clients.create']);
  });
});
