import type { IdempotencyStore } from './idempotency-store.js';

/** For `idempotency: false`: remembers nothing, so that every delivery is a new one. */
export const withoutMemory: IdempotencyStore = {
  claim: () => ({ state: 'claimed', token: '' }),
  extend: () => true,
  complete: () => true,
  release: () => true,
};
