import { eventCatalogue } from '@fic-webhooks/core/catalogue';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { EmulatorControls } from '../emulator.js';
import type { ClockState } from '../model/clock-state.js';
import type { FaultChange, FaultSettings } from '../model/fault-settings.js';
import { worstBehaviour } from '../model/service-behaviour.js';
import { readPackageVersion } from '../package-version.js';
import type { Service } from '../service.js';
import { readInput } from './read-input.js';
import { viewSubscription } from './subscription-view.js';
import type { EventTypeView, HealthView, StateView } from './views.js';

const advanceShape = z.strictObject({ by: z.union([z.number(), z.string().max(100)]) });

/** The emulator as a whole: its key, its state, its clock and its faults. */
export function addStateRoutes(server: FastifyInstance, service: Service, emulator: EmulatorControls): void {
  const version = readPackageVersion();
  const startedAt = performance.now();
  const types = eventCatalogue.filter(({ kind }) => kind === 'event').map(viewEventType);

  server.get('/public-key', async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(emulator.publicKey),
  );

  server.get(
    '/health',
    async (): Promise<HealthView> => ({
      status: 'ok',
      version,
      uptime: Math.round(performance.now() - startedAt),
      deliveries: service.state.deliveries.countByState(),
    }),
  );

  server.get(
    '/state',
    async (): Promise<StateView> => ({
      emulatorVersion: version,
      clock: emulator.clock(),
      subscriptions: emulator.subscriptions().map(viewSubscription),
      applications: emulator.applications(),
      faults: emulator.faults(),
      behaviour: emulator.behaviour,
      behaviourDefaults: worstBehaviour,
      types,
    }),
  );

  server.post('/clock/advance', async ({ body }): Promise<ClockState> => {
    const { by } = readInput(advanceShape, body);
    return emulator.advance(by);
  });

  server.post('/faults', async ({ body }): Promise<FaultSettings> => {
    // Whatever it is, `setFaults` checks it.
    return emulator.setFaults(body as FaultChange);
  });

  server.post('/reset', async (_request, reply) => {
    await emulator.reset();
    return reply.code(204).send();
  });
}

function viewEventType({ name, type, dead, note }: (typeof eventCatalogue)[number]): EventTypeView {
  return { name, type, dead, ...(note !== undefined && { note }) };
}
