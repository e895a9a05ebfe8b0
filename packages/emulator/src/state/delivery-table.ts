import type Database from 'libsql';
import type { Delivery, DeliveryKind, DeliveryState } from '../model/delivery.js';
import type { FaultName } from '../model/fault-settings.js';
import type { Mapping } from '../model/subscription.js';

interface Row {
  readonly id: number;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly subscription_id: string;
  readonly company_id: number;
  readonly application_id: number;
  readonly sink: string;
  readonly mapping: Mapping;
  readonly event_id: string;
  readonly type: string;
  readonly ids: string;
  readonly time: string;
  readonly created_at: number;
  readonly due_at: number | null;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly reason: string | null;
  readonly repeats: number | null;
  readonly faults: string;
}

/** What changes in a delivery as it goes on. */
export type DeliveryProgress = Pick<
  Delivery,
  'id' | 'state' | 'dueAt' | 'attempts' | 'lastStatus' | 'reason'
>;

const columns = `id, kind, state, subscription_id, company_id, application_id, sink, mapping, event_id, type, ids, time,
  created_at, due_at, attempts, last_status, reason, repeats, faults`;

/** The queue of the delivery engine, and its history. */
export class DeliveryTable {
  readonly #insert;
  readonly #progress;
  readonly #cancel;
  readonly #recover;
  readonly #find;
  readonly #page;
  readonly #takeForSink;
  readonly #takeFirst;
  readonly #firstDueAt;
  readonly #earliestForSink;
  readonly #sinks;
  readonly #readToken;
  readonly #keepToken;
  readonly #count;
  readonly #countByState;
  readonly #prune;
  readonly #pruneAttempts;

  constructor(database: Database.Database) {
    this.#insert = database.prepare(`
      INSERT INTO deliveries (kind, state, subscription_id, company_id, application_id, sink, mapping, event_id, type,
        ids, time, created_at, due_at, attempts, last_status, reason, repeats, faults)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#progress = database.prepare(
      'UPDATE deliveries SET state = ?, due_at = ?, attempts = ?, last_status = ?, reason = ? WHERE id = ?',
    );
    this.#cancel = database.prepare(`
      UPDATE deliveries SET state = 'cancelled', due_at = NULL, reason = ?
      WHERE subscription_id = ? AND state = 'pending' RETURNING ${columns}`);
    this.#recover = database.prepare(`UPDATE deliveries SET state = 'pending' WHERE state = 'sending'`);
    this.#find = database.prepare<[number]>(`SELECT ${columns} FROM deliveries WHERE id = ?`);
    this.#page = database.prepare(`SELECT ${columns} FROM deliveries WHERE id < ? ORDER BY id DESC LIMIT ?`);
    this.#takeForSink = database.prepare(`
      UPDATE deliveries SET state = 'sending' WHERE id IN (
        SELECT id FROM deliveries WHERE sink = ? AND state = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT ?)
      RETURNING ${columns}`);
    this.#takeFirst = database.prepare(`
      UPDATE deliveries SET state = 'sending' WHERE id = (
        SELECT id FROM deliveries WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT 1)
      RETURNING ${columns}`);
    this.#firstDueAt = database.prepare(
      `SELECT due_at FROM deliveries WHERE state = 'pending' ORDER BY due_at LIMIT 1`,
    );
    this.#earliestForSink = database.prepare<[string]>(`
      SELECT due_at FROM deliveries WHERE sink = ? AND state = 'pending' ORDER BY due_at LIMIT 1`);
    this.#sinks = database.prepare(`SELECT DISTINCT sink FROM deliveries WHERE state = 'pending'`);
    this.#readToken = database.prepare<[number]>('SELECT token FROM deliveries WHERE id = ?');
    this.#keepToken = database.prepare<[string, number]>('UPDATE deliveries SET token = ? WHERE id = ?');
    this.#count = database.prepare('SELECT count(*) AS count FROM deliveries');
    this.#countByState = database.prepare('SELECT state, count(*) AS count FROM deliveries GROUP BY state');
    this.#prune = database.prepare<[number]>(`
      DELETE FROM deliveries WHERE id IN (
        SELECT id FROM deliveries WHERE state NOT IN ('pending', 'sending') ORDER BY id LIMIT ?) RETURNING id`);
    this.#pruneAttempts = database.prepare<[string]>(
      'DELETE FROM attempts WHERE delivery_id IN (SELECT value FROM json_each(?))',
    );
  }

  insert(delivery: Omit<Delivery, 'id'>): Delivery {
    const { lastInsertRowid } = this.#insert.run(
      delivery.kind,
      delivery.state,
      delivery.subscriptionId,
      delivery.companyId,
      delivery.applicationId,
      delivery.sink,
      delivery.mapping,
      delivery.eventId,
      delivery.type,
      JSON.stringify(delivery.ids),
      delivery.time,
      delivery.createdAt,
      delivery.dueAt,
      delivery.attempts,
      delivery.lastStatus,
      delivery.reason,
      delivery.repeats,
      JSON.stringify(delivery.faults),
    );
    return { ...delivery, id: Number(lastInsertRowid) };
  }

  /** Writes what has changed. */
  progress({ id, state, dueAt, attempts, lastStatus, reason }: DeliveryProgress): void {
    this.#progress.run(state, dueAt, attempts, lastStatus, reason, id);
  }

  /** Cancels what waits for a subscription; what is on its way goes on. Returns what was cancelled. */
  cancelPending(subscriptionId: string, reason: string): Delivery[] {
    return (this.#cancel.all(reason, subscriptionId) as Row[]).map(toDelivery);
  }

  /** After a crash: whatever was on its way is sent again, because nobody knows what became of it. */
  recoverSending(): void {
    this.#recover.run();
  }

  find(id: number): Delivery | undefined {
    const row = this.#find.get(id) as Row | undefined;
    return row && toDelivery(row);
  }

  /** The newest first, from before an id. */
  page({ before = Number.MAX_SAFE_INTEGER, limit }: { before?: number; limit: number }): Delivery[] {
    return (this.#page.all(before, limit) as Row[]).map(toDelivery);
  }

  /** Takes what is due for a sink at a time, and marks it as being on its way. The earliest first. */
  takeForSink(sink: string, now: number, limit: number): Delivery[] {
    const taken = (this.#takeForSink.all(sink, now, limit) as Row[]).map(toDelivery);
    // The order in which an UPDATE returns its rows is not defined: https://www.sqlite.org/lang_returning.html.
    return taken.sort((left, right) => (left.dueAt ?? 0) - (right.dueAt ?? 0) || left.id - right.id);
  }

  /** Takes the one that is due first of all, up to a time, and marks it as being on its way. */
  takeFirst(until: number): Delivery | undefined {
    const [row] = this.#takeFirst.all(until) as Row[];
    return row && toDelivery(row);
  }

  /** When the one that is due first of all is due, or undefined when nothing waits. */
  firstDueAt(): number | undefined {
    const [row] = this.#firstDueAt.all() as { due_at: number }[];
    return row?.due_at;
  }

  /** When the next delivery to a sink is due, or undefined when nothing waits. */
  earliestForSink(sink: string): number | undefined {
    const [row] = this.#earliestForSink.all(sink) as { due_at: number }[];
    return row?.due_at;
  }

  /** Every sink for which something waits. */
  waitingSinks(): string[] {
    return (this.#sinks.all() as { sink: string }[]).map(({ sink }) => sink);
  }

  /** The token of the first attempt, where retries reuse it. */
  readToken(id: number): string | null {
    const [row] = this.#readToken.all(id) as { token: string | null }[];
    return row?.token ?? null;
  }

  keepToken(id: number, token: string): void {
    this.#keepToken.run(token, id);
  }

  count(): number {
    return (this.#count.all() as { count: number }[])[0]?.count ?? 0;
  }

  countByState(): Record<DeliveryState, number> {
    const counts = { pending: 0, sending: 0, delivered: 0, dropped: 0, cancelled: 0 };
    for (const { state, count } of this.#countByState.all() as { state: DeliveryState; count: number }[]) {
      counts[state] = count;
    }
    return counts;
  }

  /** Removes the oldest that have ended, with their attempts. Returns how many. */
  prune(limit: number): number {
    const removed = this.#prune.all(limit) as { id: number }[];
    this.#pruneAttempts.run(JSON.stringify(removed.map(({ id }) => id)));
    return removed.length;
  }
}

function toDelivery(row: Row): Delivery {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    subscriptionId: row.subscription_id,
    companyId: row.company_id,
    applicationId: row.application_id,
    sink: row.sink,
    mapping: row.mapping,
    eventId: row.event_id,
    type: row.type,
    ids: JSON.parse(row.ids) as (number | string)[],
    time: row.time,
    createdAt: row.created_at,
    dueAt: row.due_at,
    attempts: row.attempts,
    lastStatus: row.last_status,
    reason: row.reason,
    repeats: row.repeats,
    faults: JSON.parse(row.faults) as FaultName[],
  };
}
