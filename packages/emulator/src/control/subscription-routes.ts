import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorControls } from '../emulator.js';
import type { SubscribeOptions } from '../model/subscription.js';
import type { Service } from '../service.js';
import { deleteSubscription } from '../subscriptions/delete-subscription.js';
import { findOwned } from '../subscriptions/find-owned.js';
import { readInput } from './read-input.js';
import { viewSubscription } from './subscription-view.js';
import type { SubscriptionView, VerifyView } from './views.js';

const verifyShape = z.strictObject({ method: z.enum(['header', 'query']).optional() });

/** What the inspector page does with subscriptions: the same as an application can, without its access token. */
export function addSubscriptionRoutes(
  server: FastifyInstance,
  service: Service,
  emulator: EmulatorControls,
): void {
  server.post('/subscriptions', async ({ body }, reply): Promise<SubscriptionView> => {
    // Whatever it is, `subscribe` checks it.
    const wanted = { ...(body as SubscribeOptions), waitForVerification: false };
    const subscription = await emulator.subscribe(wanted);
    void reply.code(201);
    return viewSubscription(subscription);
  });

  server.post<{ Params: { id: string } }>(
    '/subscriptions/:id/verify',
    async ({ params, body }, reply): Promise<VerifyView> => {
      const result = emulator.verify(params.id, readInput(verifyShape, body ?? {}));
      void reply.code(202);
      return { ...result, subscription: viewSubscription(result.subscription) };
    },
  );

  server.delete<{ Params: { id: string } }>('/subscriptions/:id', async ({ params }, reply) => {
    const { subscription, owner } = findOwned(service, params.id);
    deleteSubscription(service, owner, subscription.id);
    return reply.code(204).send();
  });
}
