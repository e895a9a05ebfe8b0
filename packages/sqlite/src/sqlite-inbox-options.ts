import { resolve } from 'node:path';
import { InvalidOptionError } from '@fic-webhooks/core';

/** Options of {@link sqliteInbox}. */
export interface SqliteInboxOptions {
  /**
   * The path of the file, made if there is none; its folder must exist. On a local disk: see `durability`. SQLite keeps
   * two more files beside it, ending in `-wal` and `-shm`.
   */
  readonly file: string;
  /**
   * `full`: the inbox refuses to start on a file system that loses what was written. `relaxed`: it does not look, which is
   * for tests and for file systems that only look unsafe. Writing is the same. Default `full`.
   */
  readonly durability?: 'full' | 'relaxed';
  /**
   * Milliseconds between two looks for events that another process has stored; what this process stores is taken up at
   * once. From 10 to 60,000. Default 500.
   */
  readonly pollInterval?: number;
}

const names: readonly string[] = [
  'file',
  'durability',
  'pollInterval',
] satisfies (keyof SqliteInboxOptions)[];

/** The options with their defaults. */
export interface ResolvedOptions {
  readonly file: string;
  readonly durable: boolean;
  readonly pollInterval: number;
}

/** @throws InvalidOptionError `option-invalid`, `option-unknown`. */
export function resolveOptions(options: SqliteInboxOptions): ResolvedOptions {
  const invalid = (option: string, message: string) =>
    new InvalidOptionError('option-invalid', option, message);
  if (typeof options !== 'object' || options === null) {
    throw invalid('options', "The options are not an object. Give at least { file: 'fic-events.db' }.");
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    throw new InvalidOptionError(
      'option-unknown',
      name,
      `There is no option '${name}'. The options are ${names.join(', ')}.`,
    );
  }
  const { file, durability = 'full', pollInterval = 500 } = options;
  if (typeof file !== 'string' || file.trim() === '' || file.includes('\0')) {
    throw invalid(
      'file',
      "file is not the path of a file. Give one such as 'fic-events.db', on a local disk.",
    );
  }
  if (file === ':memory:') {
    throw invalid(
      'file',
      "file is ':memory:', which keeps nothing. Give the path of a file on a local disk.",
    );
  }
  if (durability !== 'full' && durability !== 'relaxed') {
    throw invalid('durability', `durability is ${String(durability)}. Give 'full' or 'relaxed'.`);
  }
  if (!Number.isFinite(pollInterval) || pollInterval < 10 || pollInterval > 60_000) {
    throw invalid(
      'pollInterval',
      `pollInterval is ${String(pollInterval)}. Give milliseconds from 10 to 60,000.`,
    );
  }
  // Absolute: the driver takes other forms for something else than the name of a file.
  return { file: resolve(file), durable: durability === 'full', pollInterval };
}
