import { signal } from '@preact/signals';
import type { Delivery } from '../../../src/model/delivery.js';
import { shortenType } from '../text/shorten-type.js';

/** At most one announcement in this many milliseconds: a screen reader shall not be drowned. */
const pause = 4_000;

/** What a screen reader says next. */
export const announcement = signal('');

let waiting = new Map<number, Delivery>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells, politely and together, which deliveries failed. */
export function announceFailures(changed: readonly Delivery[]): void {
  for (const delivery of changed) if (hasFailed(delivery)) waiting.set(delivery.id, delivery);
  if (waiting.size === 0 || timer !== undefined) return;
  say();
  timer = setTimeout(() => {
    timer = undefined;
    announceFailures([]);
  }, pause);
}

function hasFailed({ state, attempts }: Delivery): boolean {
  return state === 'dropped' || (state === 'pending' && attempts > 0);
}

function say(): void {
  const failed = [...waiting.values()];
  waiting = new Map();
  const [only] = failed;
  announcement.value =
    failed.length === 1 && only !== undefined
      ? `Delivery ${only.id}, ${shortenType(only)}, failed. ${only.reason ?? ''}`
      : `${failed.length} deliveries failed.`;
}
