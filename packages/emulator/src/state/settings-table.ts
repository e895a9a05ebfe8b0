import type Database from 'libsql';

/** Single values by name, as JSON. */
export class SettingsTable {
  readonly #read;
  readonly #write;

  constructor(database: Database.Database) {
    this.#read = database.prepare<[string]>('SELECT value FROM settings WHERE name = ?');
    this.#write = database.prepare<[string, string]>(
      'INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)',
    );
  }

  /** The value, or undefined when none was written yet. The caller knows its type: it wrote it. */
  read<Value>(name: string): Value | undefined {
    const row = this.#read.get(name) as { value: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.value) as Value);
  }

  write(name: string, value: unknown): void {
    this.#write.run(name, JSON.stringify(value));
  }
}
