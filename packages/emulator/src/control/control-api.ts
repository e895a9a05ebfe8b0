import type { FastifyPluginAsync } from 'fastify';
import type { EmulatorControls } from '../emulator.js';
import { pageFolder } from '../page-folder.js';
import type { Service } from '../service.js';
import { type ControlError, toControlError, toErrorView } from './control-error.js';
import { addDeliveryRoutes } from './delivery-routes.js';
import { addEventsStream } from './events-stream.js';
import { addPageRoutes } from './page-routes.js';
import { parseJsonBody } from './parse-json-body.js';
import { refuseForeignCall } from './refuse-foreign-call.js';
import { RouteList } from './route-list.js';
import { addStateRoutes } from './state-routes.js';
import { addSubscriptionRoutes } from './subscription-routes.js';

/** What the control API works with. */
export interface ControlApiOptions {
  readonly service: Service;
  readonly emulator: EmulatorControls;
  /** Where the built inspector page lies. Default: in this package. */
  readonly page?: string;
}

/** The emulator's own calls, and the inspector page. */
export const controlApi: FastifyPluginAsync<ControlApiOptions> = async (server, options) => {
  const { service, emulator, page = pageFolder } = options;
  const routes = new RouteList();

  server.addHook('onRoute', ({ url, method }) => routes.add(url, method));
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('Cache-Control', 'no-store');
    refuseForeignCall(request.method, request.raw.headers);
  });

  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, body: string) => parseJsonBody(body),
  );

  server.setErrorHandler((error, _request, reply) => {
    const refusal = toControlError(error);
    return reply.code(refusal.status).send(toErrorView(refusal));
  });
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const refusal: ControlError = routes.explainMissing(request.method, path);
    if (refusal.status === 405) void reply.header('Allow', routes.methodsOf(path).join(', '));
    return reply.code(refusal.status).send(toErrorView(refusal));
  });

  addStateRoutes(server, service, emulator);
  addDeliveryRoutes(server, service, emulator);
  addSubscriptionRoutes(server, service, emulator);
  addEventsStream(server, service, emulator);
  await addPageRoutes(server, page);
};
