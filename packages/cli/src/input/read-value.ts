import { findNearest } from '@fic-webhooks/core/catalogue';
import { UsageError } from '../usage-error.js';

/**
 * Reads a whole number. Whether it is in range is for the emulator to say.
 *
 * @throws UsageError
 */
export function readInteger(flag: string, text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(flag, `${flag} is "${text}", which is no whole number.`);
}

/**
 * Reads an id or a number of things.
 *
 * @throws UsageError
 */
export function readPositiveInteger(
  flag: string,
  text: string,
  { maximum = Number.MAX_SAFE_INTEGER }: { maximum?: number } = {},
): number {
  const number = readInteger(flag, text);
  if (number < 1) throw new UsageError(flag, `${flag} is ${text}. It must be greater than 0.`);
  if (number > maximum) throw new UsageError(flag, `${flag} is ${text}. It must be at most ${maximum}.`);
  return number;
}

/**
 * Reads one of a few words.
 *
 * @throws UsageError
 */
export function readChoice<const Choice extends string>(
  flag: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(
    flag,
    `${flag} is "${text}". ${hint(text, choices)}It is one of ${choices.join(', ')}.`,
  );
}

/**
 * Reads `name=value`.
 *
 * @throws UsageError when there is no `=`, or no such name.
 */
export function readPair<Name extends string>(
  flag: string,
  text: string,
  names: readonly Name[],
): readonly [name: Name, value: string] {
  const at = text.indexOf('=');
  if (at < 0) {
    throw new UsageError(flag, `${flag} is "${text}", without a value. Write ${flag} name=value.`);
  }
  return [readChoice(flag, text.slice(0, at), names), text.slice(at + 1)];
}

/** A sentence with the nearest valid value, and a space behind it; empty when none is near. */
export function hint(text: string, choices: readonly string[]): string {
  const nearest = findNearest(text, choices);
  return nearest === undefined ? '' : `Did you mean "${nearest}"? `;
}
