import type { FastifyInstance } from 'fastify';
import ms from 'ms';
import { z } from 'zod';
import type { EmulatorControls, SubscribeOptions } from '../emulator.js';
import type { Subscription } from '../model/subscription.js';
import type { Service } from '../service.js';
import type { Caller } from '../subscriptions/caller.js';
import { deleteSubscription } from '../subscriptions/delete-subscription.js';
import { requestVerification } from '../subscriptions/request-verification.js';
import { ControlError } from './control-error.js';
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
      const { method } = readInput(verifyShape, body ?? {});
      const before = find(service, params.id);
      requestVerification(service, ownerOf(before), { id: before.id, method });
      const after = viewSubscription(find(service, params.id));
      const sent = after.verificationAttempts > before.verificationAttempts;
      void reply.code(202);
      return {
        subscription: after,
        sent,
        why: sent ? 'It is on its way.' : whyNot(after, service.clock.now()),
      };
    },
  );

  server.delete<{ Params: { id: string } }>('/subscriptions/:id', async ({ params }, reply) => {
    const subscription = find(service, params.id);
    deleteSubscription(service, ownerOf(subscription), subscription.id);
    return reply.code(204).send();
  });
}

function find(service: Service, id: string): Subscription {
  const found = service.state.subscriptions.find(id);
  if (found !== undefined) return found;
  throw new ControlError({
    status: 404,
    code: 'subscription-unknown',
    message: `id: there is no subscription ${JSON.stringify(id)}. It may have been deleted.`,
    field: 'id',
  });
}

/** Whoever sits at the emulator may do what the owner of a subscription may. */
function ownerOf({ applicationId, companyId }: Subscription): Caller {
  const application = { id: applicationId, accessToken: '', scopes: null, companies: null, disabled: false };
  return { application, companyId };
}

function whyNot({ verified, nextVerificationAt }: SubscriptionView, now: number): string {
  if (verified) return 'It is verified already.';
  if (nextVerificationAt === null)
    return 'All five requests to this sink were sent. Delete it and make it again.';
  return `The next request is allowed in ${ms(nextVerificationAt - now, { long: true })}: there are 10 minutes between two.`;
}
