import { drawFault } from '../faults/draw-faults.js';
import type { Service } from '../service.js';
import { ApiRefusal } from '../subscriptions/api-refusal.js';
import { refuseForQuota } from './quota.js';

/**
 * Makes what throws the dice for each call, and throws an `ApiRefusal` where a fault strikes: 500, or what `quotaWindow`
 * says for a quota. Calls are counted from the start and from each reset, so that a run can be repeated.
 */
export function createApiFaults({ changes, clock, readFaults }: Service): () => void {
  let calls = 0;
  changes.on('reset', () => {
    calls = 0;
  });
  return () => {
    calls += 1;
    const faults = readFaults();
    if (drawFault(faults, 'api-error', `call ${calls}`)) {
      throw new ApiRefusal('Internal server error. This one was asked for: the fault api-error is on.', {
        status: 500,
      });
    }
    if (drawFault(faults, 'api-quota', `call ${calls}`)) {
      throw refuseForQuota(faults.quotaWindow, clock.now());
    }
  };
}
