import { FicWebhooksError, type FicWebhooksErrorCode } from '@fic-webhooks/core';
import type { Engine } from './engine.js';

const skewed: string = 'inbox-clock-skewed';

/**
 * BullMQ judges claims in PostgreSQL by the clocks of the workers: one that is ahead takes the events that another is
 * still working on. Claims are renewed every third of a lease, so two thirds are left for two clocks that are wrong.
 *
 * @throws FicWebhooksError `inbox-clock-skewed`. What the client threw.
 */
export async function checkClock(engine: Engine, lease: number): Promise<void> {
  const { place } = engine;
  const skew = await engine.measureSkew();
  const most = Math.round(lease / 3);
  if (Math.abs(skew) <= most) return;
  throw new FicWebhooksError(
    skewed as FicWebhooksErrorCode,
    `The clock of this machine is ${Math.abs(Math.round(skew))} ms ${skew > 0 ? 'ahead of' : 'behind'} that of ${place}, ` +
      `and ${most} ms are the most that a lease of ${lease} ms allows: two workers would handle the same event. This ` +
      'process stores events, and handles none until the clocks agree. Let both machines take the time from NTP.',
  );
}

/** Whether a worker stands still because of its clock. */
export function isSkew(error: unknown): boolean {
  return error instanceof FicWebhooksError && String(error.code) === skewed;
}
