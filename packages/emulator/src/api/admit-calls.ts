import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Service } from '../service.js';
import { ApiRefusal } from '../subscriptions/api-refusal.js';
import { type Caller, checkCaller } from '../subscriptions/caller.js';
import { authorise } from './authorise.js';
import { countCall, type QuotaUse } from './count-call.js';
import { strikeCall } from './strike-call.js';

/** What is known of a call once it was let in. */
interface Admitted {
  readonly caller: Caller;
  readonly quotaUse: QuotaUse;
}

const admitted = 'admitted';

/** Lets calls in: by their token, the company, the faults and the quotas, in this order, before the body is read. */
export function admitCalls(server: FastifyInstance, service: Service): void {
  server.decorateRequest(admitted);
  server.addHook('onRequest', async (request) => {
    const { companyId: segment } = request.params as { companyId: string };
    const companyId = readCompanyId(segment);
    const application = authorise(service, request.headers.authorization);
    const caller: Caller = { application, companyId };
    checkCaller(caller);
    strikeCall(service);
    request.setDecorator<Admitted>(admitted, { caller, quotaUse: countCall(service, caller) });
  });
  server.addHook('onSend', async (request, reply) => {
    if (reply.statusCode >= 300) return;
    const { quotaUse } = request.getDecorator<Admitted>(admitted);
    reply.headers({
      'RateLimit-HourlyRemaining': quotaUse.hour.remaining,
      'RateLimit-HourlyLimit': quotaUse.hour.limit,
      'RateLimit-MonthlyRemaining': quotaUse.month.remaining,
      'RateLimit-MonthlyLimit': quotaUse.month.limit,
    });
  });
}

/** Who makes a call that was let in. */
export function readCaller(request: FastifyRequest): Caller {
  return request.getDecorator<Admitted>(admitted).caller;
}

function readCompanyId(segment: string): number {
  if (/^[1-9]\d{0,14}$/.test(segment)) return Number(segment);
  throw new ApiRefusal(`There is no company ${segment}: the id of a company is a positive integer.`, {
    status: 404,
  });
}
