import { findNearest } from '../errors/find-nearest.js';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import type { Inbox } from './inbox.js';
import type { ResolvedWorkerOptions, WorkerOptions } from './worker-options.js';

interface Range {
  readonly byDefault: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** The longest time a timer takes, 2^31 - 1 milliseconds. */
const longestTimer = 2_147_483_647;

const ranges: Readonly<Record<keyof WorkerOptions, Range>> = {
  concurrency: { byDefault: 4, minimum: 1, maximum: 1_000 },
  attempts: { byDefault: 20, minimum: 1, maximum: 1_000_000 },
  crashes: { byDefault: 5, minimum: 1, maximum: 1_000_000 },
  firstDelay: { byDefault: 1_000, minimum: 1, maximum: longestTimer },
  longestDelay: { byDefault: 3_600_000, minimum: 1, maximum: longestTimer },
  lease: { byDefault: 15_000, minimum: 100, maximum: longestTimer },
};
const names = Object.keys(ranges) as (keyof WorkerOptions)[];
const methods = ['ready', 'put', 'bury', 'work', 'health', 'close'] as const;
const letterMethods = ['list', 'retry', 'discard'] as const;

/**
 * Checks `worker`, and fills in the defaults.
 *
 * @throws InvalidOptionError that names the option and the fix.
 */
export function resolveWorkerOptions(worker: WorkerOptions | false | undefined): ResolvedWorkerOptions {
  if (worker !== undefined && worker !== false && (typeof worker !== 'object' || worker === null)) {
    throw invalid(
      'option-invalid',
      'worker',
      `worker must be an object or false. It is ${describe(worker)}.`,
    );
  }
  const given = worker || {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(ranges, name)) continue;
    const nearest = findNearest(name, names);
    const hint = nearest === undefined ? '' : ` Did you mean worker.${nearest}?`;
    throw invalid(
      'option-unknown',
      `worker.${name}`,
      `There is no option worker.${name}.${hint} The options are: ${names.join(', ')}.`,
    );
  }
  const read = (name: keyof WorkerOptions): number => {
    const { byDefault, minimum, maximum } = ranges[name];
    const value = given[name] ?? byDefault;
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw invalid(
      'option-invalid',
      `worker.${name}`,
      `worker.${name} must be a whole number from ${minimum} to ${maximum}. It is ${describe(value)}.`,
    );
  };
  return {
    concurrency: read('concurrency'),
    attempts: read('attempts'),
    crashes: read('crashes'),
    firstDelay: read('firstDelay'),
    longestDelay: read('longestDelay'),
    lease: read('lease'),
  };
}

/**
 * Checks that what was given is an inbox.
 *
 * @throws InvalidOptionError `option-invalid` that says what is missing.
 */
export function checkInbox(inbox: unknown): Inbox {
  const missing = [
    ...methods.filter((name) => !hasMethod(inbox, name)),
    ...letterMethods
      .filter((name) => !hasMethod((inbox as Partial<Inbox> | null)?.deadLetters, name))
      .map((name) => `deadLetters.${name}`),
  ];
  if (missing.length === 0) return inbox as Inbox;
  throw invalid(
    'option-invalid',
    'inbox',
    `inbox must be an inbox such as sqliteInbox({ file }). It is ${describe(inbox)} without ${missing.join(', ')}.`,
  );
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}

function describe(value: unknown): string {
  return typeof value === 'number' || value === null ? String(value) : typeof value;
}

function invalid(code: 'option-invalid' | 'option-unknown', option: string, message: string) {
  return new InvalidOptionError(code, option, message);
}
