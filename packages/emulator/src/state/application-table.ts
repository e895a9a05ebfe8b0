import type Database from 'libsql';
import type { Application } from '../model/application.js';

interface Row {
  readonly access_token: string;
  readonly id: number;
  readonly scopes: string | null;
  readonly companies: string | null;
  readonly disabled: number;
}

/** The applications, by access token. */
export class ApplicationTable {
  readonly #put;
  readonly #find;
  readonly #list;
  readonly #size;
  readonly #retain;

  constructor(database: Database.Database) {
    this.#put = database.prepare(
      'INSERT OR REPLACE INTO applications (access_token, id, scopes, companies, disabled) VALUES (?, ?, ?, ?, ?)',
    );
    this.#find = database.prepare<[string]>('SELECT * FROM applications WHERE access_token = ?');
    this.#list = database.prepare('SELECT * FROM applications ORDER BY id, access_token');
    this.#size = database.prepare(
      'SELECT count(*) AS count, coalesce(max(id), 0) AS highestId FROM applications',
    );
    this.#retain = database.prepare<[string]>(
      'DELETE FROM applications WHERE access_token NOT IN (SELECT value FROM json_each(?))',
    );
  }

  put({ accessToken, id, scopes, companies, disabled }: Application): void {
    this.#put.run(accessToken, id, toJson(scopes), toJson(companies), disabled ? 1 : 0);
  }

  find(accessToken: string): Application | undefined {
    const row = this.#find.get(accessToken) as Row | undefined;
    return row && toApplication(row);
  }

  list(): Application[] {
    return (this.#list.all() as Row[]).map(toApplication);
  }

  /** How many there are, and the highest of their ids. */
  size(): { readonly count: number; readonly highestId: number } {
    const [size] = this.#size.all() as { count: number; highestId: number }[];
    return size ?? { count: 0, highestId: 0 };
  }

  /** Forgets all but these. */
  retain(applications: readonly Application[]): void {
    this.#retain.run(JSON.stringify(applications.map(({ accessToken }) => accessToken)));
  }
}

function toApplication(row: Row): Application {
  return {
    id: row.id,
    accessToken: row.access_token,
    scopes: fromJson<string[]>(row.scopes),
    companies: fromJson<number[]>(row.companies),
    disabled: row.disabled !== 0,
  };
}

function toJson(value: readonly unknown[] | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function fromJson<Value>(text: string | null): Value | null {
  return text === null ? null : (JSON.parse(text) as Value);
}
