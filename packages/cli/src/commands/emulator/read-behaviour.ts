import { parseDuration, type ServiceBehaviour, worstBehaviour } from '@fic-webhooks/emulator';
import { readInteger, readPair } from '../../input/read-value.js';

type BehaviourName = keyof ServiceBehaviour;

const flag = '--behaviour';
const names = Object.keys(worstBehaviour) as BehaviourName[];

/**
 * Reads `--behaviour name=value`. Durations may be written as `5s` or `10m`, lists of them with commas between. Which
 * words a behaviour takes is for the emulator to say.
 *
 * @throws UsageError, or EmulatorError `duration-invalid`.
 */
export function readBehaviour(texts: readonly string[]): Partial<ServiceBehaviour> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name, value] = readPair(flag, text, names);
      return [name, readBehaviourValue(name, value)];
    }),
  );
}

function readBehaviourValue(name: BehaviourName, text: string): unknown {
  const field = `${flag} ${name}`;
  if (name === 'deliveriesAtOnce') return readInteger(field, text);
  const usual = worstBehaviour[name];
  if (Array.isArray(usual)) return text.split(',').map((one) => parseDuration(one, field));
  return typeof usual === 'number' ? parseDuration(text, field) : text;
}
