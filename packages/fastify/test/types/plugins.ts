// Checked by the compiler and never run: the plugins fit the types of Fastify, and infer those of their handlers.
import Fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyPluginOptions,
  type FastifyTypeProviderDefault,
} from 'fastify';
import { expectTypeOf } from 'vitest';
import {
  createReceiver,
  type EventName,
  type FicContext,
  type FicEvent,
  type FicEventHandler,
  type FicWebhooksOptions,
  ficWebhooks,
  type HandlersByPattern,
  type ListedEvent,
  type MatchingName,
  type ReceiverOptions,
  type VerifyFicWebhookOptions,
  verifyFicWebhook,
} from '../../src/index.js';

const options = { sink: 'https://example.com/webhooks/fic', applicationId: 1234 };
const receiver = createReceiver(options);
const app = Fastify();

// A receiver or its options, with what Fastify has for every plugin.
app.register(ficWebhooks, { receiver });
app.register(ficWebhooks, { receiver, prefix: '/webhooks/fic', logLevel: 'warn' });
app.register(ficWebhooks, () => ({ receiver, prefix: '/webhooks/fic' }));
app.register(ficWebhooks, options);
app.register(ficWebhooks, { ...options, prefix: '/webhooks/fic', company: () => 'accept', bodyLimit: 1 });
app.register(ficWebhooks, {
  receiver,
  routeOptions: {
    config: { isPublic: true },
    logLevel: 'silent',
    constraints: { host: 'example.com' },
    async onRequest(request) {
      expectTypeOf(request.ip).toEqualTypeOf<string>();
    },
  },
});
const general: ReceiverOptions = options;
app.register(ficWebhooks, general);
const own: FicWebhooksOptions = { receiver, prefix: '/webhooks/fic', routeOptions: { logLevel: 'warn' } };
app.register(ficWebhooks, own);

// Handlers are typed by their keys.
app.register(ficWebhooks, {
  ...options,
  handlers: {
    'entities.clients.create': (event, context) => {
      expectTypeOf(event).toEqualTypeOf<ListedEvent<'entities.clients.create'>>();
      expectTypeOf(context).toEqualTypeOf<FicContext>();
    },
    'entities.*.delete': async (event) => {
      expectTypeOf(event.name).toEqualTypeOf<'entities.clients.delete' | 'entities.suppliers.delete'>();
    },
    'cashbook.*': (event) => {
      expectTypeOf(event.ids).toEqualTypeOf<readonly string[]>();
    },
    '*': (event) => {
      expectTypeOf(event).toEqualTypeOf<FicEvent>();
    },
  },
});
expectTypeOf<HandlersByPattern['*.create']>().toEqualTypeOf<FicEventHandler<'*.create'> | undefined>();
type Key = keyof HandlersByPattern;
// Every key matches something, so none of them throws at the start.
expectTypeOf<{ [P in Key]: [MatchingName<P>] extends [never] ? P : never }[Key]>().toEqualTypeOf<never>();
expectTypeOf<
  | EventName
  | '*'
  | '*.create'
  | '*.clients.*'
  | '*.*.delete'
  | 'entities.*'
  | 'entities.*.*'
  | 'issued_documents.*.email_sent'
  | 'it.fattureincloud.webhooks.entities.clients.create'
  | 'it.fattureincloud.webhooks.cashbook.*'
>().toExtend<Key>();

// @ts-expect-error A typo in an event name is found by the compiler.
app.register(ficWebhooks, { ...options, handlers: { 'entities.client.*': () => {} } });
// @ts-expect-error Also beside right ones.
app.register(ficWebhooks, { ...options, handlers: { '*': () => {}, 'entities.client.*': () => {} } });
// @ts-expect-error The application id is missing.
app.register(ficWebhooks, { sink: options.sink });
// @ts-expect-error A typo in an option.
app.register(ficWebhooks, { receiver, routeOption: {} });
// @ts-expect-error The receiver has its options already.
app.register(ficWebhooks, { receiver, sink: options.sink });
// @ts-expect-error The URL is the prefix.
app.register(ficWebhooks, { receiver, routeOptions: { url: '/other' } });

// A route of one's own has the event.
app.register(async (scope) => {
  const verification: VerifyFicWebhookOptions = { receiver };
  await scope.register(verifyFicWebhook, verification);
  scope.post('/custom', async (request, reply) => {
    expectTypeOf(request.ficEvent).toEqualTypeOf<FicEvent>();
    if (request.ficEvent.name === 'cashbook.create') {
      expectTypeOf(request.ficEvent.ids).toEqualTypeOf<readonly string[]>();
    }
    const { ficEvent } = request;
    // @ts-expect-error It is not for writing.
    request.ficEvent = ficEvent;
    return reply.code(204).send();
  });
  scope.route<{ Params: { tenant: string } }>({
    method: ['GET', 'POST'],
    url: '/custom/:tenant',
    handler: async ({ params, ficEvent }) => [params.tenant, ficEvent.id],
  });
});
// @ts-expect-error There is no route in these options.
app.register(verifyFicWebhook, { receiver, routeOptions: {} });

// Apps of every kind take them.
Fastify({ http2: true }).register(ficWebhooks, { receiver });
Fastify({ https: {} }).register(verifyFicWebhook, { receiver });
app.withTypeProvider<FastifyTypeProviderDefault>().register(ficWebhooks, { receiver });
export const asPlugin: FastifyPluginAsync<FicWebhooksOptions> = ficWebhooks;
export async function wrap(instance: FastifyInstance, _options: FastifyPluginOptions): Promise<void> {
  await instance.register(ficWebhooks, { receiver });
}
