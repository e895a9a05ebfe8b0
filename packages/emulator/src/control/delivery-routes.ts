import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { DeliveryRecord, EmulatorControls } from '../emulator.js';
import type { EmittedEvent } from '../events/emit-event.js';
import type { Attempt } from '../model/attempt.js';
import type { Service } from '../service.js';
import { ControlError } from './control-error.js';
import { explainToken } from './explain-token.js';
import { readInput } from './read-input.js';
import type { AttemptView, DeliveryPageView, DeliveryView, EventResultView, ReplayView } from './views.js';

const maximumPage = 10_000;

/** A whole number in a query, of at most 15 digits, so that it is exact. */
const whole = z
  .string()
  .regex(/^\d{1,15}$/, 'It must be a whole number')
  .transform(Number);

const pageShape = z.strictObject({
  before: whole.optional(),
  limit: whole
    .pipe(z.number().min(1, 'It must be at least 1').max(maximumPage, `It must be at most ${maximumPage}`))
    .default(100),
});

/** Events, and what became of them. */
export function addDeliveryRoutes(
  server: FastifyInstance,
  service: Service,
  emulator: EmulatorControls,
): void {
  server.post('/events', async (request, reply): Promise<EventResultView> => {
    void reply.code(202);
    // Whatever it is, `emit` checks it.
    return emulator.emit(request.body as EmittedEvent);
  });

  server.get('/deliveries', async (request): Promise<DeliveryPageView> => {
    const page = readInput(pageShape, request.query);
    return { deliveries: emulator.deliveries(page), total: service.state.deliveries.count() };
  });

  server.get<{ Params: { id: string } }>('/deliveries/:id', async ({ params }): Promise<DeliveryView> => {
    const { history, ...delivery } = findDelivery(emulator, params.id);
    const view = (attempt: Attempt) => viewAttempt(attempt, delivery, emulator.publicKey);
    return { ...delivery, history: history.map(view) };
  });

  server.post<{ Params: { id: string } }>(
    '/deliveries/:id/replay',
    async ({ params }, reply): Promise<ReplayView> => {
      const { id, kind } = findDelivery(emulator, params.id);
      if (kind === 'verification') {
        throw new ControlError({
          status: 409,
          code: 'delivery-not-replayable',
          message: `id: delivery ${id} is a verification, which cannot be replayed. Ask for another verification of its subscription instead.`,
          field: 'id',
        });
      }
      void reply.code(202);
      return emulator.replay(id);
    },
  );
}

function findDelivery(emulator: EmulatorControls, id: string): DeliveryRecord {
  const found = /^\d{1,15}$/.test(id) ? emulator.delivery(Number(id)) : undefined;
  if (found !== undefined) return found;
  throw new ControlError({
    status: 404,
    code: 'delivery-unknown',
    message: `id: there is no delivery ${id}. The oldest are forgotten after a while.`,
    field: 'id',
  });
}

function viewAttempt(
  attempt: Attempt,
  delivery: Parameters<typeof explainToken>[0]['delivery'],
  publicKey: string,
): AttemptView {
  const [, authorization = ''] =
    attempt.request.headers.find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  const [, token] = /^Bearer (.+)$/.exec(authorization) ?? [];
  const { sentAt } = attempt;
  return {
    ...attempt,
    token: token === undefined ? null : explainToken({ token, delivery, publicKey, sentAt }),
  };
}
