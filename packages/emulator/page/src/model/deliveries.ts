import { signal } from '@preact/signals';
import type { DeliverySummary } from '../../../src/control/views.js';
import { fetchDeliveries } from '../api/actions.js';

/** The list holds no more: as many as an emulator keeps by default. */
const maximumDeliveries = 10_000;

/** Few enough to be shown at once, while the rest is on its way. */
const firstPage = 200;

const laterPages = 1_000;

/** The newest first. */
export const deliveries = signal<readonly DeliverySummary[]>([]);

/** True when the list was read at least once. */
export const areDeliveriesLoaded = signal(false);

let byId = new Map<number, DeliverySummary>();
/** What the stream told while a list was on its way: it is newer than the list. */
let toldMeanwhile = new Map<number, DeliverySummary>();
let loadsStarted = 0;

/** Finds a delivery of the list. */
export function findDelivery(id: number): DeliverySummary | undefined {
  return byId.get(id);
}

/** Takes over deliveries that were made or have gone on. */
export function applyDeliveries(changed: readonly DeliverySummary[]): void {
  for (const delivery of changed) {
    byId.set(delivery.id, delivery);
    toldMeanwhile.set(delivery.id, delivery);
  }
  if (areDeliveriesLoaded.peek()) publish();
}

/** Empties the list, which must be loaded again. */
export function forgetDeliveries(): void {
  byId = new Map();
  areDeliveriesLoaded.value = false;
  deliveries.value = [];
}

/**
 * Reads the whole list. The first time it grows while it is read; later the new one takes the place of the old one, so
 * that nothing jumps.
 */
export async function loadDeliveries(): Promise<void> {
  loadsStarted += 1;
  const load = loadsStarted;
  const read = new Map<number, DeliverySummary>();
  toldMeanwhile = new Map();
  const show = () => {
    byId = new Map([...read, ...toldMeanwhile]);
    publish();
  };
  const isFirst = !areDeliveriesLoaded.peek();
  for (let limit = firstPage, before: number | undefined; read.size < maximumDeliveries; limit = laterPages) {
    const { deliveries: page } = await fetchDeliveries({ limit, ...(before !== undefined && { before }) });
    if (load !== loadsStarted) return;
    for (const delivery of page) read.set(delivery.id, delivery);
    if (isFirst) {
      areDeliveriesLoaded.value = true;
      show();
    }
    before = page.at(-1)?.id;
    if (page.length < limit) break;
  }
  show();
}

function publish(): void {
  const newestFirst = [...byId.values()].sort((left, right) => right.id - left.id);
  for (const forgotten of newestFirst.splice(maximumDeliveries)) byId.delete(forgotten.id);
  deliveries.value = newestFirst;
}
