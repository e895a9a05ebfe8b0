import type Database from 'libsql';
import type { Delivery, DeliveryState } from '../model/delivery.js';
import { deliveryColumns as columns, type DeliveryRow, toDelivery } from './delivery-row.js';

/** What changes in a delivery as it goes on. */
export type DeliveryProgress = Pick<
  Delivery,
  'id' | 'state' | 'dueAt' | 'endedAt' | 'attempts' | 'lastStatus' | 'reason'
>;

/** What is written of a delivery's progress besides what can be read of it. */
export interface ProgressDetails {
  /** Bytes of the attempt that was written. Default 0. */
  readonly addedBytes?: number;
  /** True: it waits until the next one to its sink was sent, or until it is due. Default false. */
  readonly isHeld?: boolean;
}

/** The queue of the delivery engine, and what has left it. */
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
  readonly #release;
  readonly #isVerificationWaiting;
  readonly #changeApplication;
  readonly #lastId;
  readonly #count;
  readonly #countByState;

  constructor(database: Database.Database) {
    this.#insert = database.prepare(`
      INSERT INTO deliveries (kind, state, subscription_id, company_id, application_id, sink, mapping, event_id, type,
        ids, time, created_at, due_at, ended_at, attempts, last_status, reason, repeats, faults, bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#progress = database.prepare(`
      UPDATE deliveries SET state = ?, due_at = ?, ended_at = ?, attempts = ?, last_status = ?, reason = ?,
        bytes = bytes + ?, held = ?
      WHERE id = ?`);
    this.#cancel = database.prepare(`
      UPDATE deliveries SET state = 'cancelled', due_at = NULL, ended_at = ?, reason = ?
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
    this.#release = database.prepare(`
      UPDATE deliveries SET due_at = ?, held = 0
      WHERE held = 1 AND state = 'pending' AND sink = ? AND id < ? AND id IS NOT ? RETURNING ${columns}`);
    this.#isVerificationWaiting = database.prepare<[string]>(`
      SELECT 1 FROM deliveries WHERE state = 'pending' AND kind = 'verification' AND subscription_id = ? LIMIT 1`);
    this.#changeApplication = database.prepare<[number, number]>(`
      UPDATE deliveries SET application_id = ?, token = NULL WHERE application_id = ? AND state = 'pending'`);
    this.#lastId = database.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'deliveries'`);
  }

  insert(delivery: Omit<Delivery, 'id'>): Delivery {
    const ids = JSON.stringify(delivery.ids);
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
      ids,
      delivery.time,
      delivery.createdAt,
      delivery.dueAt,
      delivery.endedAt,
      delivery.attempts,
      delivery.lastStatus,
      delivery.reason,
      delivery.repeats,
      JSON.stringify(delivery.faults),
      Buffer.byteLength(ids),
    );
    return { ...delivery, id: Number(lastInsertRowid) };
  }

  /** Writes what has changed. */
  progress(delivery: DeliveryProgress, { addedBytes = 0, isHeld = false }: ProgressDetails = {}): void {
    const { id, state, dueAt, endedAt, attempts, lastStatus, reason } = delivery;
    this.#progress.run(state, dueAt, endedAt, attempts, lastStatus, reason, addedBytes, isHeld ? 1 : 0, id);
  }

  /** Cancels what waits for a subscription; what is on its way goes on. Returns what was cancelled. */
  cancelPending(subscriptionId: string, { now, why }: { now: number; why: string }): Delivery[] {
    return (this.#cancel.all(now, why, subscriptionId) as DeliveryRow[]).map(toDelivery);
  }

  /** Makes what waited for this delivery due now. Returns it. What the delivery repeats is not meant. */
  release({ id, sink, repeats }: Delivery, now: number): Delivery[] {
    return (this.#release.all(now, sink, id, repeats) as DeliveryRow[]).map(toDelivery);
  }

  /** After a crash: whatever was on its way is sent again, because nobody knows what became of it. */
  recoverSending(): void {
    this.#recover.run();
  }

  find(id: number): Delivery | undefined {
    const row = this.#find.get(id) as DeliveryRow | undefined;
    return row && toDelivery(row);
  }

  /** The newest first, from before an id. */
  page({
    before = Number.MAX_SAFE_INTEGER,
    limit,
  }: {
    before?: number | undefined;
    limit: number;
  }): Delivery[] {
    return (this.#page.all(before, limit) as DeliveryRow[]).map(toDelivery);
  }

  /** Takes what is due for a sink at a time, and marks it as being on its way. The earliest first. */
  takeForSink(sink: string, now: number, limit: number): Delivery[] {
    const taken = (this.#takeForSink.all(sink, now, limit) as DeliveryRow[]).map(toDelivery);
    // The order in which an UPDATE returns its rows is not defined: https://www.sqlite.org/lang_returning.html.
    return taken.sort((left, right) => (left.dueAt ?? 0) - (right.dueAt ?? 0) || left.id - right.id);
  }

  /** Takes the one that is due first of all, up to a time, and marks it as being on its way. */
  takeFirst(until: number): Delivery | undefined {
    const [row] = this.#takeFirst.all(until) as DeliveryRow[];
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

  /** True when a verification of a subscription waits for its time, or for a free place. */
  isVerificationWaiting(subscriptionId: string): boolean {
    return this.#isVerificationWaiting.all(subscriptionId).length > 0;
  }

  /** Gives what waits to another application: its tokens are made anew. */
  changeApplication({ from, to }: { from: number; to: number }): void {
    this.#changeApplication.run(to, from);
  }

  /** The highest id given so far, be it forgotten by now; 0 when there was none. */
  lastId(): number {
    const [row] = this.#lastId.all() as { seq: number }[];
    return row?.seq ?? 0;
  }
}
