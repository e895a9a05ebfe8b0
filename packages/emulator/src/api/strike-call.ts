import type { Service } from '../service.js';
import { ApiRefusal } from '../subscriptions/api-refusal.js';
import { refuseForQuota } from './quota.js';

/**
 * Throws the dice for a call.
 *
 * @throws ApiRefusal 500 where the fault `api-error` strikes; what `quotaWindow` says for a quota where `api-quota` does.
 */
export function strikeCall({ clock, faults }: Service): void {
  const strikes = faults.countCall();
  if (strikes('api-error')) {
    throw new ApiRefusal('Internal server error. This one was asked for: the fault api-error is on.', {
      status: 500,
    });
  }
  if (strikes('api-quota')) throw refuseForQuota(faults.read().quotaWindow, clock.now());
}
