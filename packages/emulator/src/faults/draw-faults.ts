import { createHash } from 'node:crypto';
import type { FaultName, FaultSettings } from '../model/fault-settings.js';

/**
 * Throws the dice for one fault. The dice depend on the seed, the fault and the occasion only, so that a run can be
 * repeated, whatever else goes on at the same time.
 *
 * @param occasion - Names the thing that may go wrong, such as `delivery 7, attempt 1`.
 */
export function drawFault(faults: FaultSettings, fault: FaultName, occasion: string): boolean {
  const probability = faults.probabilities[fault];
  if (probability <= 0) return false;
  if (probability >= 1) return true;
  const digest = createHash('sha256').update(`${faults.seed}\n${fault}\n${occasion}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < probability;
}
