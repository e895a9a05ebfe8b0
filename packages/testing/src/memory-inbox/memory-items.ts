import { randomUUID } from 'node:crypto';
import type {
  DeadLetter,
  DeadLetterReason,
  InboxHealth,
  InboxPayload,
  NewDeadLetter,
  NewInboxItem,
  PutResult,
  Verdict,
} from '@fic-webhooks/core';

/** One key and what is known of it. All times are by `performance.now()`, unless said otherwise. */
export interface StoredItem {
  readonly key: string;
  readonly fingerprint: string;
  readonly name: string;
  /** JSON, so that nothing is shared with whoever put it. */
  readonly payload: string;
  readonly receivedAt: number;
  readonly retention: number;
  state: 'waiting' | 'claimed' | 'dead' | 'done';
  /** When it may be worked on, or could have been. */
  due: number;
  failures: number;
  crashes: number;
  handled: readonly string[];
  /** Of the last claim. */
  token: string;
  leaseUntil: number;
  /** When a key that is done may be forgotten. */
  until: number;
  reason: DeadLetterReason;
  error: string;
  /** Milliseconds since the epoch. */
  buriedAt: number;
}

/** The items of an inbox and every change to them. Each method is one atomic step. */
export class MemoryItems {
  readonly #items = new Map<string, StoredItem>();
  /** In the order of their burial. */
  readonly #dead = new Map<string, StoredItem>();

  put(item: NewInboxItem): PutResult {
    const now = performance.now();
    const known = this.#items.get(item.key);
    if (known !== undefined && !(known.state === 'done' && known.until <= now)) {
      return known.fingerprint === item.fingerprint ? 'duplicate' : 'conflict';
    }
    this.#items.delete(item.key);
    this.#items.set(item.key, this.#create(item, now));
    return 'stored';
  }

  bury(letter: NewDeadLetter): void {
    if (this.#items.has(letter.key)) return;
    const stored = this.#create(letter, performance.now());
    this.#items.set(letter.key, stored);
    this.#toDeadLetter(stored, letter.reason, letter.error);
  }

  #create({ key, fingerprint, name, payload, receivedAt, retention }: NewInboxItem, now: number): StoredItem {
    return {
      ...{ key, fingerprint, name, receivedAt, retention },
      payload: JSON.stringify(payload),
      state: 'waiting',
      due: now,
      failures: 0,
      crashes: 0,
      handled: [],
      token: '',
      leaseUntil: 0,
      until: now + retention,
      reason: 'attempts',
      error: '',
      buriedAt: 0,
    };
  }

  /** Claims the one due longest, or says in how many milliseconds there may be one. */
  claim(lease: number): StoredItem | number {
    const now = performance.now();
    let first: StoredItem | undefined;
    for (const item of this.#items.values()) {
      if (item.state !== 'waiting' && item.state !== 'claimed') continue;
      if (first === undefined || claimableAt(item) < claimableAt(first)) first = item;
    }
    if (first === undefined) return Number.POSITIVE_INFINITY;
    const wait = claimableAt(first) - now;
    if (wait > 0) return wait;
    // A claim that outlived its lease: whoever had it has not come to an outcome.
    if (first.state === 'claimed') first.crashes++;
    first.state = 'claimed';
    first.token = randomUUID();
    first.leaseUntil = now + lease;
    return first;
  }

  /** Whether the claim still stands, and is renewed. */
  renew(item: StoredItem, token: string, lease: number): boolean {
    if (!owns(item, token)) return false;
    item.leaseUntil = performance.now() + lease;
    return true;
  }

  markHandled(item: StoredItem, token: string, handler: string): boolean {
    if (!owns(item, token)) return false;
    if (!item.handled.includes(handler)) item.handled = [...item.handled, handler];
    return true;
  }

  /** Does nothing when the claim is lost. */
  end(item: StoredItem, token: string, verdict: Verdict): void {
    if (!owns(item, token)) return;
    if (verdict.kind === 'done') {
      item.state = 'done';
    } else if (verdict.kind === 'bury') {
      if (verdict.failed) item.failures++;
      this.#toDeadLetter(item, verdict.reason, verdict.error);
    } else {
      if (verdict.kind === 'retry') item.failures++;
      this.#toWaiting(item, verdict.after);
    }
  }

  /** Gives a claim back as if it had not been made. */
  release(item: StoredItem, token: string): void {
    if (owns(item, token)) this.#toWaiting(item, 0);
  }

  /** Ends the leases of all claims. */
  expireClaims(): void {
    for (const item of this.#items.values()) if (item.state === 'claimed') item.leaseUntil = 0;
  }

  list(reason: DeadLetterReason | undefined, limit: number, after: string | undefined): DeadLetter[] {
    const letters = [...this.#dead.values()];
    const start = after === undefined ? 0 : letters.findIndex(({ key }) => key === after) + 1;
    return letters
      .slice(start)
      .filter((letter) => reason === undefined || letter.reason === reason)
      .slice(0, limit)
      .map(describe);
  }

  retry(key: string): boolean {
    const item = this.#dead.get(key);
    if (item === undefined) return false;
    this.#dead.delete(key);
    item.failures = 0;
    item.crashes = 0;
    this.#toWaiting(item, 0);
    return true;
  }

  discard(key: string): boolean {
    const item = this.#dead.get(key);
    if (item === undefined) return false;
    this.#dead.delete(key);
    item.state = 'done';
    item.until = performance.now() + item.retention;
    return true;
  }

  health(): InboxHealth {
    const now = performance.now();
    const live = [...this.#items.values()].filter(({ state }) => state === 'waiting' || state === 'claimed');
    const waits = live.map((item) => now - claimableAt(item));
    return { waiting: live.length, oldestDue: Math.max(0, ...waits), deadLetters: this.#dead.size };
  }

  #toWaiting(item: StoredItem, after: number): void {
    item.state = 'waiting';
    item.token = '';
    item.due = performance.now() + after;
  }

  #toDeadLetter(item: StoredItem, reason: DeadLetterReason, error: string): void {
    Object.assign(item, { state: 'dead', token: '', reason, error, buriedAt: Date.now() });
    this.#dead.set(item.key, item);
  }
}

/** What an inbox hands out: a copy for each. */
export function readPayload({ payload }: StoredItem): InboxPayload {
  return JSON.parse(payload) as InboxPayload;
}

function claimableAt({ state, due, leaseUntil }: StoredItem): number {
  return state === 'claimed' ? leaseUntil : due;
}

/** A claim past its lease is still its maker's until somebody else takes the item. */
function owns(item: StoredItem, token: string): boolean {
  return item.state === 'claimed' && item.token === token;
}

function describe(item: StoredItem): DeadLetter {
  const { key, name, reason, error, failures, crashes, handled, receivedAt, buriedAt } = item;
  return {
    ...{ key, name, reason, error, attempts: failures, crashes, handled, receivedAt, buriedAt },
    payload: readPayload(item),
  };
}
