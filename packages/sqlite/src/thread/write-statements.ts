import { randomBytes } from 'node:crypto';
import type { PutResult } from '@fic-webhooks/core';
import type { ColumnValue, Connection, Statement } from '../database/connection.js';
import { now } from '../database/schema.js';
import { readable } from '../store/readable.js';
import type {
  Claimed,
  ClaimedRow,
  OperationArgument,
  StoredItem,
  StoredLetter,
} from '../store/store-operations.js';

type ReadRow = Omit<ClaimedRow, 'token'> & { readonly id: number; readonly taken: number };

/** All that is ever written to the items. Each method is to be run in a transaction, and is undone as a whole when it throws. */
export class WriteStatements {
  readonly #connection: Connection;
  /** Of the transaction that runs: read once, because each look takes as long as a part of the writing. */
  #nextId: number | undefined;
  readonly #nextIdOf;
  readonly #insert;
  readonly #insertLetter;
  readonly #known;
  readonly #due;
  readonly #claim;
  readonly #nextDue;
  readonly #renew;
  readonly #mark;
  readonly #remember;
  readonly #remove;
  readonly #again;
  readonly #bury;
  readonly #release;
  readonly #retry;
  readonly #rememberLetter;
  readonly #removeLetter;
  readonly #forget;

  constructor(connection: Connection) {
    this.#connection = connection;
    const prepare = (sql: string) => connection.prepare(sql);
    const unknown = `NOT EXISTS (SELECT 1 FROM fic_webhooks_remembered WHERE key = ?1 AND until > ${now})`;
    const columns = 'key, fingerprint, name, payload, received_at, retention, remember_until, due_at';
    const values = `?1, ?2, ?3, ?4, ?5, ?6, ${now} + ?6, ${now}`;
    const own = 'WHERE key = ?1 AND token = ?2';
    // Beyond every dead letter that is gone, too: see the schema.
    this.#nextIdOf = prepare(
      `SELECT 1 + max((SELECT position FROM fic_webhooks_last_position),
         coalesce((SELECT max(id) FROM fic_webhooks_items), 0)) AS id`,
    );
    this.#insert = prepare(
      `INSERT INTO fic_webhooks_items (${columns}, id) SELECT ${values}, ?7 WHERE ${unknown} ON CONFLICT (key) DO NOTHING`,
    );
    this.#insertLetter = prepare(
      `INSERT INTO fic_webhooks_items (${columns}, reason, error, buried_at, id)
       SELECT ${values}, ?7, ?8, ${now}, ?9 WHERE ${unknown} ON CONFLICT (key) DO NOTHING`,
    );
    this.#known = prepare(
      `SELECT fingerprint = ?2 AS same FROM fic_webhooks_items WHERE key = ?1
       UNION ALL SELECT fingerprint = ?2 FROM fic_webhooks_remembered WHERE key = ?1 AND until > ${now} LIMIT 1`,
    );
    this.#due = prepare(
      `SELECT id, key, name, payload, received_at AS receivedAt, attempts, crashes, handled, due_at AS due,
         token IS NOT NULL AS taken
       FROM fic_webhooks_items INDEXED BY fic_webhooks_due
       WHERE reason IS NULL AND due_at <= ${now} ORDER BY due_at, id LIMIT ?1`,
    );
    this.#claim = prepare(
      `UPDATE fic_webhooks_items SET token = ?2, due_at = ${now} + ?3, crashes = crashes + ?4 WHERE id = ?1`,
    );
    this.#nextDue = prepare(
      `SELECT due_at - ${now} AS wait FROM fic_webhooks_items INDEXED BY fic_webhooks_due
       WHERE reason IS NULL ORDER BY due_at LIMIT 1`,
    );
    this.#renew = prepare(`UPDATE fic_webhooks_items SET due_at = ${now} + ?3 ${own}`);
    // Twice is no fault: a transaction may have marked it before.
    this.#mark = prepare(
      `UPDATE fic_webhooks_items SET handled = CASE
         WHEN EXISTS (SELECT 1 FROM json_each(handled) WHERE value = ?3) THEN handled
         ELSE json_insert(handled, '$[#]', ?3) END ${own}`,
    );
    const position = 'CASE WHEN buried_at IS NOT NULL THEN id END';
    this.#remember = prepare(
      `INSERT OR REPLACE INTO fic_webhooks_remembered (key, fingerprint, until, position)
       SELECT key, fingerprint, remember_until, ${position} FROM fic_webhooks_items ${own}`,
    );
    this.#remove = prepare(`DELETE FROM fic_webhooks_items ${own}`);
    this.#again = prepare(
      `UPDATE fic_webhooks_items SET token = NULL, due_at = ${now} + ?3, attempts = attempts + ?4,
         error = coalesce(?5, error) ${own}`,
    );
    this.#bury = prepare(
      `UPDATE fic_webhooks_items SET token = NULL, reason = ?3, error = ?4, attempts = attempts + ?5,
         buried_at = ${now} ${own}`,
    );
    this.#release = prepare(`UPDATE fic_webhooks_items SET token = NULL, due_at = min(?3, ${now}) ${own}`);
    const letter = 'WHERE key = ?1 AND reason IS NOT NULL';
    this.#retry = prepare(
      `UPDATE fic_webhooks_items SET reason = NULL, attempts = 0, crashes = 0, due_at = ${now} ${letter}`,
    );
    this.#rememberLetter = prepare(
      `INSERT OR REPLACE INTO fic_webhooks_remembered (key, fingerprint, until, position)
       SELECT key, fingerprint, max(remember_until, ${now} + retention), id FROM fic_webhooks_items ${letter}`,
    );
    this.#removeLetter = prepare(`DELETE FROM fic_webhooks_items ${letter}`);
    this.#forget = prepare(
      `DELETE FROM fic_webhooks_remembered WHERE key IN (
         SELECT key FROM fic_webhooks_remembered WHERE until <= ${now} ORDER BY until LIMIT ?1)`,
    );
  }

  /** To be called when a transaction has begun: before, others may write. */
  begin(): void {
    this.#nextId = undefined;
  }

  put(item: StoredItem): PutResult {
    if (this.#insertWithId(this.#insert, item)) return 'stored';
    const [key, fingerprint] = item;
    const known = this.#known.get([key, fingerprint]) as { same: number } | undefined;
    return known?.same === 1 ? 'duplicate' : 'conflict';
  }

  bury(letter: StoredLetter): void {
    this.#insertWithId(this.#insertLetter, letter);
  }

  #insertWithId(statement: Statement, values: StoredItem | StoredLetter): boolean {
    this.#nextId ??= (this.#nextIdOf.get([]) as { id: number }).id;
    if (statement.run([...values, this.#nextId]).changes !== 1) return false;
    this.#nextId++;
    return true;
  }

  /** Milliseconds until something is due; at most 0 when something is, undefined when nothing waits. */
  nextDue(): number | undefined {
    return (this.#nextDue.get([]) as { wait: number } | undefined)?.wait;
  }

  claim({ count, lease }: OperationArgument<'claim'>): Claimed {
    const due = this.#due.all([count]) as ReadRow[];
    const rows = due.map(({ id, taken, ...row }): ClaimedRow => {
      const token = randomBytes(12).toString('hex');
      // Its lease has ended without an outcome: the process that had it died.
      this.#claim.run([id, token, lease, taken]);
      return { ...row, crashes: row.crashes + taken, token };
    });
    const wait = this.nextDue();
    return { rows, nextDue: wait === undefined ? undefined : Math.max(0, wait) };
  }

  renew({ claims, lease }: OperationArgument<'renew'>): string[] {
    return claims.flatMap(({ key, token }) =>
      this.#renew.run([key, token, lease]).changes === 1 ? [] : [token],
    );
  }

  markHandled({ key, token, handler }: OperationArgument<'markHandled'>): boolean {
    return this.#mark.run([key, token, handler]).changes === 1;
  }

  settle({ key, token, verdict }: OperationArgument<'settle'>): boolean {
    const end = (
      statement: { run(values: readonly ColumnValue[]): { changes: number } },
      ...values: ColumnValue[]
    ) => statement.run([key, token, ...values]).changes === 1;
    switch (verdict.kind) {
      case 'done':
        return end(this.#remember) && end(this.#remove);
      case 'retry':
        return end(this.#again, Math.round(verdict.after), 1, readable(verdict.error));
      case 'postpone':
        return end(this.#again, Math.round(verdict.after), 0, null);
      case 'bury':
        return end(this.#bury, verdict.reason, readable(verdict.error), verdict.failed ? 1 : 0);
    }
  }

  release({ claims }: OperationArgument<'release'>): void {
    for (const { key, token, due } of claims) this.#release.run([key, token, due]);
  }

  retry(key: string): boolean {
    return this.#retry.run([key]).changes === 1;
  }

  discard(key: string): boolean {
    if (this.#rememberLetter.run([key]).changes !== 1) return false;
    return this.#removeLetter.run([key]).changes === 1;
  }

  /** Forgets keys whose time is over, and gives their number. */
  forget(limit: number): number {
    return this.#forget.run([limit]).changes;
  }

  /** Runs the work so that all of it is written, or nothing, whatever becomes of the transaction around it. */
  together<Result>(work: () => Result): Result {
    this.#connection.exec('SAVEPOINT one');
    try {
      const result = work();
      this.#connection.exec('RELEASE one');
      return result;
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK TO one; RELEASE one');
      throw error;
    }
  }
}
