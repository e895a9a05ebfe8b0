import { type EmulatorOptions, faultNames } from '@fic-webhooks/emulator';
import { readInteger, readPair } from '../../input/read-value.js';
import { UsageError } from '../../usage-error.js';
import type { EmulatorFlags } from './emulator-flags.js';

const flag = '--fault';

/**
 * Reads `--fault name=probability` and `--seed`.
 *
 * @throws UsageError
 */
export function readFaults({ fault, seed }: EmulatorFlags): EmulatorOptions['faults'] {
  if (fault === undefined && seed === undefined) return undefined;
  const probabilities = Object.fromEntries(
    (fault ?? []).map((text) => {
      const [name, value] = readPair(flag, text, faultNames);
      return [name, readProbability(`${flag} ${name}`, value)];
    }),
  );
  return { probabilities, seed: seed === undefined ? undefined : readInteger('--seed', seed) };
}

function readProbability(field: string, text: string): number {
  const probability = text.trim() === '' ? Number.NaN : Number(text);
  if (probability >= 0 && probability <= 1) return probability;
  throw new UsageError(
    flag,
    `${field} is "${text}". A probability is a number from 0 (never) to 1 (always), such as 0.1.`,
  );
}
