// Checked by the compiler and never run: what a handler may look like, and what the compiler finds wrong.

import type { FicContext, FicEvent, FicReceiver, UnknownFicEvent } from '../../src/index.js';
import { FicWebhooksController, FicWebhooksModule, OnFicEvent, unlisted } from '../../src/index.js';

type Client = FicEvent<'entities.clients.*'>;

@FicWebhooksController({ path: 'webhooks/fic', host: 'hooks.example.com', receiver: 'b' })
export class Fitting {
  @OnFicEvent('entities.clients.create')
  exact(event: FicEvent<'entities.clients.create'>, context: FicContext) {
    return [event.companyId, context.signal] as const;
  }
  @OnFicEvent('entities.clients.create')
  wider(event: Client) {
    return event.ids;
  }
  @OnFicEvent('entities.clients.*')
  everything(_event: FicEvent) {}
  @OnFicEvent('entities.clients.*')
  async structural({ ids }: { readonly ids: readonly number[] }) {
    return ids;
  }
  @OnFicEvent('entities.clients.*', { receiver: 'b', name: 'bare' })
  bare() {}
  @OnFicEvent('it.fattureincloud.webhooks.products.*')
  fullType(_event: FicEvent<'products.*'>) {}
  @OnFicEvent(['products.create', 'cashbook.*'])
  list(event: FicEvent<'products.create' | 'cashbook.*'>) {
    return event.ids;
  }
  @OnFicEvent('*')
  all(_event: FicEvent, _context: FicContext) {}
  @OnFicEvent(unlisted('entities.leads.create'))
  unlisted(event: UnknownFicEvent) {
    return event.companyId;
  }
  @OnFicEvent('products.create')
  @OnFicEvent('entities.clients.*')
  repeated(_event: FicEvent<'products.create' | 'entities.clients.*'>) {}
}

export class Wrong {
  // @ts-expect-error A typo in the name.
  @OnFicEvent('entities.client.create')
  typo() {}
  // @ts-expect-error A typo in one of a list.
  @OnFicEvent(['products.create', 'product.*'])
  typoInList() {}
  // @ts-expect-error A pattern that matches nothing.
  @OnFicEvent('*.nothing')
  pattern() {}
  // @ts-expect-error A group: it never arrives.
  @OnFicEvent('entities.all.create')
  group() {}
  // @ts-expect-error The parameter is another event.
  @OnFicEvent('entities.clients.create')
  another(_event: FicEvent<'products.create'>) {}
  // @ts-expect-error The parameter is narrower than the pattern.
  @OnFicEvent('entities.clients.*')
  narrower(_event: FicEvent<'entities.clients.create'>) {}
  // @ts-expect-error One of the list does not fit.
  @OnFicEvent(['products.create', 'cashbook.*'])
  oneOfList(_event: FicEvent<'products.create'>) {}
  // @ts-expect-error Everything does not fit into one.
  @OnFicEvent('*')
  notAll(_event: FicEvent<'products.create'>) {}
  // @ts-expect-error The ids of cashbook entries are strings.
  @OnFicEvent('cashbook.*')
  ids(_event: { readonly ids: readonly number[] }) {}
  // @ts-expect-error The second parameter is the context.
  @OnFicEvent('products.create')
  context(_event: FicEvent<'products.create'>, _context: { readonly request: string }) {}
  // @ts-expect-error There is no third parameter.
  @OnFicEvent('products.create')
  third(_event: FicEvent<'products.create'>, _context: FicContext, _third: string) {}
  // @ts-expect-error A type that is not listed has no listed name.
  @OnFicEvent(unlisted('entities.leads.create'))
  listed(_event: FicEvent<'products.create'>) {}
  // @ts-expect-error One of several decorators does not fit.
  @OnFicEvent('products.create')
  @OnFicEvent('entities.clients.*')
  repeated(_event: Client) {}
  // @ts-expect-error An unknown option.
  @OnFicEvent('products.create', { reciever: 'b' })
  option() {}
  // @ts-expect-error Not a method.
  @OnFicEvent('products.create')
  readonly field = 1;
}

declare const receiver: FicReceiver;
const options = { sink: 'https://example.com/webhooks/fic', applicationId: 1234 };
export const modules = [
  FicWebhooksModule.forRoot(options),
  FicWebhooksModule.forRoot({ path: 'webhooks/fic', name: 'b', ...options }),
  FicWebhooksModule.forRoot({ path: 'webhooks/fic', receiver }),
  FicWebhooksModule.forRoot({
    ...options,
    handlers: { 'entities.clients.*': ({ ids }) => ids[0]?.toFixed() },
  }),
  FicWebhooksModule.forRootAsync({ path: 'webhooks/fic', useFactory: () => options }),
  FicWebhooksModule.forRootAsync({ useFactory: async (_config: Date) => receiver, inject: [Date] }),
  // @ts-expect-error A typo in an event name.
  FicWebhooksModule.forRoot({ ...options, handlers: { 'entities.client.*': () => {} } }),
  // @ts-expect-error The application id is missing.
  FicWebhooksModule.forRoot({ path: 'webhooks/fic', sink: options.sink }),
  // @ts-expect-error There is no such option.
  FicWebhooksModule.forRoot({ ...options, sinks: [] }),
  // @ts-expect-error The factory makes no options.
  FicWebhooksModule.forRootAsync({ path: 'webhooks/fic', useFactory: () => ({ sink: options.sink }) }),
  // @ts-expect-error No factory.
  FicWebhooksModule.forRootAsync({ path: 'webhooks/fic' }),
  // @ts-expect-error Two factories.
  FicWebhooksModule.forRootAsync({ useFactory: () => options, useClass: Date }),
];
