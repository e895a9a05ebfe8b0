import { type FaultSettings, faultNames } from '@fic-webhooks/emulator';

/** The faults that may happen, with their probabilities. */
export function describeFaults({ seed, probabilities }: FaultSettings): string {
  const active = faultNames.filter((name) => probabilities[name] > 0);
  if (active.length === 0) return 'none';
  return `${active.map((name) => `${name} ${probabilities[name]}`).join(', ')}, seed ${seed}`;
}
