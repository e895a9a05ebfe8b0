import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { cutText } from '../cut-text.js';
import type { Service } from '../service.js';
import { ApiRefusal } from '../subscriptions/api-refusal.js';
import { acceptJsonOnly } from './accept-json-only.js';
import { admitCalls } from './admit-calls.js';
import { answerError } from './answer-error.js';
import { registerCalls } from './register-calls.js';

/*
 * What Fatture in Cloud does not publish, and what was chosen here:
 *
 * - A new subscription is answered with 200, not 201: so is every other create call of its OpenAPI description.
 * - 401 says `invalid_token` and has `WWW-Authenticate: Bearer`, as RFC 6750 has it. A refresh token (`r/…`) is no
 *   access token.
 * - The order of checks: path and method (404, 405), token (401), application and company (403), faults, quotas, body
 *   (400, 413, 415, 422), subscription (404), scopes (403). So a call with an unreadable body counts against the quotas,
 *   and one that a quota refuses does not.
 * - The hour begins with the hour, the month with the month in UTC, five minutes with the minutes 0, 5, 10 and so on.
 *   When several quotas are used up, the shortest answers.
 * - Subscriptions of other applications and companies are 404 and not 403: the service need not say that they exist.
 * - A create call needs `types` with at least one entry; a modify call may empty the list.
 * - Members that are null count as left out: the SDK's types allow null for every one of them.
 * - `source`, `filters`, `sinkcredential`, `protocolsettings` and members that nobody knows are ignored, like `protocol`.
 *   The documentation says "not supported", without a status.
 * - A modify call that moves the sink takes `verification_method`, because a new verification starts at once.
 * - A new sink keeps the expiry date of the old one, until it takes its first notification.
 * - The verify call sends nothing, with status 200, when the subscription is verified already. One that comes too early
 *   or once too often is the behaviour `throttledVerification`.
 * - A sink is at most 2,048 characters long, a list of types at most 1,000 entries, a body at most 1 MiB.
 */

/** The Subscriptions API of Fatture in Cloud. See https://developers.fattureincloud.it/api-reference. */
export const subscriptionsApi: FastifyPluginAsync<{ service: Service }> = async (server, { service }) => {
  acceptJsonOnly(server);
  server.setErrorHandler((error, _request, reply) => answerError(error, reply));
  server.setNotFoundHandler((request, reply) =>
    answerError(
      new ApiRefusal(
        `There is no ${request.method} ${cutText(request.url.split('?')[0] ?? '')} here. The calls begin with /c/{company_id}/subscriptions; the inspector page is at /_emulator/.`,
        { status: 404 },
      ),
      reply,
    ),
  );
  refuseOtherMethods(server);
  // Whoever opens the URL of the emulator in a browser wants the page.
  server.get('/', async ({ headers }, reply) =>
    headers.accept?.includes('text/html') ? reply.redirect('/_emulator/') : reply.callNotFound(),
  );
  // In a scope of its own: what does not exist is 404 or 405 for everybody, and counts against no quota.
  await server.register(async (calls) => {
    admitCalls(calls, service);
    registerCalls(calls, service);
  });
};

const methods: Readonly<Record<string, readonly string[]>> = {
  '/c/:companyId/subscriptions': ['GET', 'HEAD', 'POST'],
  '/c/:companyId/subscriptions/:subscriptionId': ['GET', 'HEAD', 'PUT', 'DELETE'],
  '/c/:companyId/subscriptions/:subscriptionId/verify': ['POST'],
};

function refuseOtherMethods(server: FastifyInstance): void {
  for (const [url, allowed] of Object.entries(methods)) {
    const refuse = async () => {
      throw new ApiRefusal(`This address takes ${allowed.join(', ')} only.`, {
        status: 405,
        headers: { allow: allowed.join(', ') },
      });
    };
    server.route({
      url,
      method: server.supportedMethods.filter((method) => !allowed.includes(method)),
      // Before the body is looked at.
      onRequest: refuse,
      handler: refuse,
    });
  }
}
