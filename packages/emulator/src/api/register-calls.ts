import type { FastifyInstance } from 'fastify';
import type { Service } from '../service.js';
import { createSubscription } from '../subscriptions/create-subscription.js';
import { deleteSubscription } from '../subscriptions/delete-subscription.js';
import { findSubscription, listSubscriptions } from '../subscriptions/find-subscription.js';
import { modifySubscription } from '../subscriptions/modify-subscription.js';
import { requestVerification } from '../subscriptions/request-verification.js';
import { readCaller } from './admit-calls.js';
import { presentSubscription, presentWarnings } from './present-subscription.js';
import { createShape, modifyShape, readBody, verifyShape } from './request-shapes.js';

interface WithId {
  Params: { subscriptionId: string };
}

/** The six calls. */
export function registerCalls(server: FastifyInstance, service: Service): void {
  const { behaviour } = service;
  const list = '/c/:companyId/subscriptions';
  const single = `${list}/:subscriptionId`;

  server.get(list, async (request) => ({
    data: listSubscriptions(service, readCaller(request)).map(presentSubscription),
  }));

  server.post(list, async (request) => {
    const { data } = readBody(createShape, request.body);
    const { subscription, warnings } = createSubscription(service, readCaller(request), {
      sink: data.sink,
      types: data.types,
      mapping: data.config?.mapping ?? undefined,
      verificationMethod: data.verification_method ?? undefined,
    });
    return { data: presentSubscription(subscription), ...presentWarnings(warnings, behaviour) };
  });

  server.get<WithId>(single, async (request) => ({
    data: presentSubscription(findSubscription(service, readCaller(request), request.params.subscriptionId)),
  }));

  server.put<WithId>(single, async (request) => {
    const { data } = readBody(modifyShape, request.body);
    const { subscription, warnings } = modifySubscription(service, readCaller(request), {
      id: request.params.subscriptionId,
      change: {
        sink: data.sink ?? undefined,
        types: data.types ?? undefined,
        mapping: data.config?.mapping ?? undefined,
        verificationMethod: data.verification_method ?? undefined,
      },
    });
    return { data: presentSubscription(subscription), ...presentWarnings(warnings, behaviour) };
  });

  server.delete<WithId>(single, async (request, reply) => {
    deleteSubscription(service, readCaller(request), request.params.subscriptionId);
    return reply.send();
  });

  server.post<WithId>(`${single}/verify`, async (request, reply) => {
    const body = readBody(verifyShape, request.body);
    requestVerification(service, readCaller(request), {
      id: request.params.subscriptionId,
      method: body?.data?.verification_method ?? undefined,
    });
    return reply.send();
  });
}
