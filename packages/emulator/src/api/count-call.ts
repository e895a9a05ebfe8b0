import type { QuotaWindow } from '../model/fault-settings.js';
import type { Service } from '../service.js';
import type { Caller } from '../subscriptions/caller.js';
import { quotas, refuseForQuota } from './quota.js';

/** How much of a quota there is, and is left. */
export type QuotaUse = Readonly<Record<QuotaWindow, { readonly limit: number; readonly remaining: number }>>;

const windows = Object.keys(quotas) as QuotaWindow[];

/**
 * Counts a call against every quota.
 *
 * @throws ApiRefusal 429 or 403, with the seconds to wait, when one is used up. Then the call counts against none.
 */
export function countCall({ state, clock }: Service, caller: Caller): QuotaUse {
  const now = clock.now();
  const counts = windows.map((window) => {
    const { limit, nameFor, windowAt } = quotas[window];
    const name = nameFor(caller);
    const { start } = windowAt(now);
    const calls = state.quotas.read(name, start) + 1;
    if (calls > limit) throw refuseForQuota(window, now);
    return { window, limit, name, start, calls };
  });
  state.transaction(() => {
    for (const { name, start, calls } of counts) state.quotas.write(name, start, calls);
  });
  return Object.fromEntries(
    counts.map(({ window, limit, calls }) => [window, { limit, remaining: limit - calls }]),
  ) as QuotaUse;
}
