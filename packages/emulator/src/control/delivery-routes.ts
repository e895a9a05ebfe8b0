import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { unknownDelivery } from '../delivery/replay-delivery.js';
import type { DeliveryRecord, EmulatorControls } from '../emulator.js';
import type { Attempt } from '../model/attempt.js';
import type { EmitResult, EmittedEvent } from '../model/emitted-event.js';
import type { Service } from '../service.js';
import { explainToken } from './explain-token.js';
import { readInput } from './read-input.js';
import { summariseDelivery } from './summarise-delivery.js';
import type { AttemptView, DeliveryPageView, DeliveryView, ReplayView } from './views.js';

/** A whole number in a query, of at most 15 digits, so that it is exact. */
const whole = z
  .string()
  .regex(/^\d{1,15}$/, 'It must be a whole number')
  .transform(Number);

const pageShape = z.strictObject({ before: whole.optional(), limit: whole.optional() });

/** Events, and what became of them. */
export function addDeliveryRoutes(
  server: FastifyInstance,
  service: Service,
  emulator: EmulatorControls,
): void {
  server.post('/events', async (request, reply): Promise<EmitResult> => {
    void reply.code(202);
    // Whatever it is, `emit` checks it.
    return emulator.emit(request.body as EmittedEvent);
  });

  server.get('/deliveries', async (request): Promise<DeliveryPageView> => {
    const page = readInput(pageShape, request.query);
    const deliveries = emulator.deliveries(page).map(summariseDelivery);
    return { deliveries, total: service.state.deliveries.count() };
  });

  server.get<{ Params: { id: string } }>('/deliveries/:id', async ({ params }): Promise<DeliveryView> => {
    const { history, ...delivery } = findDelivery(emulator, params.id);
    const view = (attempt: Attempt) => viewAttempt(attempt, delivery, emulator.publicKey);
    return { ...delivery, history: history.map(view) };
  });

  server.post<{ Params: { id: string } }>(
    '/deliveries/:id/replay',
    async ({ params }, reply): Promise<ReplayView> => {
      void reply.code(202);
      return emulator.replay(readId(params.id));
    },
  );
}

function findDelivery(emulator: EmulatorControls, id: string): DeliveryRecord {
  const found = emulator.delivery(readId(id));
  if (found !== undefined) return found;
  throw unknownDelivery(id);
}

function readId(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw unknownDelivery(id);
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
