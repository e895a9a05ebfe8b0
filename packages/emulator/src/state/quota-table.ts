import type Database from 'libsql';

/** Calls counted in fixed windows of time. */
export class QuotaTable {
  readonly #read;
  readonly #write;

  constructor(database: Database.Database) {
    this.#read = database.prepare<[string]>('SELECT window_start, calls FROM quotas WHERE name = ?');
    this.#write = database.prepare(
      'INSERT OR REPLACE INTO quotas (name, window_start, calls) VALUES (?, ?, ?)',
    );
  }

  /** The calls counted under a name in the window that began at `windowStart`. */
  read(name: string, windowStart: number): number {
    const [row] = this.#read.all(name) as { window_start: number; calls: number }[];
    return row?.window_start === windowStart ? row.calls : 0;
  }

  write(name: string, windowStart: number, calls: number): void {
    this.#write.run(name, windowStart, calls);
  }
}
