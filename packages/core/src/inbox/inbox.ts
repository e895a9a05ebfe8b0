import type { FicEvent } from '../events/fic-event.js';
import type { TokenClaims } from '../token/claims.js';
import type { DeadLetterReason } from './dead-letter-reasons.js';

/**
 * What an inbox keeps of a notification. Plain JSON, never with the token.
 *
 * `event` is the verified event. `raw` is a notification of a genuine sender that could not be read: its headers without
 * `authorization`, its body as base64, and what the token said, so that a later version can try again. `damaged` is the text
 * of what a store gives back and cannot be read any more.
 */
export type InboxPayload =
  | { readonly kind: 'event'; readonly event: FicEvent }
  | { readonly kind: 'damaged'; readonly text: string }
  | {
      readonly kind: 'raw';
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: string;
      readonly claims: TokenClaims;
    };

/** A notification to keep. All durations are milliseconds, all times milliseconds since the epoch. */
export interface NewInboxItem {
  /** Identifies the item: 64 hexadecimal digits. For an event the SHA-256 of the token's issuer and id. */
  readonly key: string;
  /** Of the event's type, subject and ids. Two deliveries of one event have the same. */
  readonly fingerprint: string;
  /** The short name of the event, for people who look into the store. Empty when it could not be read. */
  readonly name: string;
  readonly payload: InboxPayload;
  /** When the request came in, by the clock of the process that received it. */
  readonly receivedAt: number;
  /** How long the key is remembered from now on at least, however the item ends. */
  readonly retention: number;
}

/**
 * What `put` found. `stored`: kept. `duplicate`: the key was there with the same fingerprint. `conflict`: it was there
 * with another one, and nothing was changed.
 */
export type PutResult = 'stored' | 'duplicate' | 'conflict';

/** An item that goes to the dead letters without having been worked on. */
export interface NewDeadLetter extends NewInboxItem {
  readonly reason: DeadLetterReason;
  /** What was wrong, in one line for a person. */
  readonly error: string;
}

/** An item that waits for a person. */
export interface DeadLetter {
  readonly key: string;
  readonly name: string;
  readonly reason: DeadLetterReason;
  /** What went wrong last, cut to a line. Empty when nothing threw. */
  readonly error: string;
  readonly payload: InboxPayload;
  /** Attempts that ended in a failure. */
  readonly attempts: number;
  /** Starts whose process died before an outcome was stored. */
  readonly crashes: number;
  /** The names of the handlers that have succeeded, and will not run again. */
  readonly handled: readonly string[];
  readonly receivedAt: number;
  /** When it became a dead letter, by the clock of the store. */
  readonly buriedAt: number;
}

/** Which dead letters to list. */
export interface DeadLetterQuery {
  readonly reason?: DeadLetterReason;
  /** The most to give. Default 100, at most 1,000. */
  readonly limit?: number;
  /** Goes on after this key, as given by the last letter of the page before. */
  readonly after?: string;
}

/**
 * The events that wait for a person.
 *
 * @example
 * ```ts
 * for (const letter of await inbox.deadLetters.list({ reason: 'attempts' })) await inbox.deadLetters.retry(letter.key);
 * ```
 */
export interface DeadLetters {
  /** The oldest first. */
  list(query?: DeadLetterQuery): Promise<readonly DeadLetter[]>;
  /**
   * Gives it to the worker again, with attempts and crashes counted anew; handlers that have succeeded are not run again.
   *
   * @returns False when there is no such dead letter (any more).
   */
  retry(key: string): Promise<boolean>;
  /**
   * Ends it for good. Its key is remembered for the retention, so that a late retry of the sender is a duplicate.
   *
   * @returns False when there is no such dead letter (any more).
   */
  discard(key: string): Promise<boolean>;
}

/** An item that a worker has claimed. */
export interface InboxItem {
  readonly key: string;
  readonly name: string;
  readonly payload: InboxPayload;
  readonly receivedAt: number;
  /** Which attempt this is, from 1: failures so far and one. Crashes and postponements do not count. */
  readonly attempt: number;
  /** Starts before this one whose process died before an outcome was stored. */
  readonly crashes: number;
  /** The names of the handlers that have succeeded before. */
  readonly handled: readonly string[];
  /** The fencing token of this claim: each claim of an item has another one. */
  readonly token: string;
  /** Aborts when the claim is lost: another process may work on the item then. */
  readonly signal: AbortSignal;
  /**
   * Remembers, durably, that a handler has succeeded.
   *
   * @returns False when the claim is lost, and nothing was changed.
   */
  markHandled(handler: string): Promise<boolean>;
}

/** What becomes of a claimed item. The core decides; the inbox only stores it, fenced by the token of the claim. */
export type Verdict =
  | { readonly kind: 'done' }
  /** Failed: counts an attempt, and comes again after so many milliseconds. */
  | { readonly kind: 'retry'; readonly after: number; readonly error: string }
  /** Comes again after so many milliseconds, without counting an attempt. */
  | { readonly kind: 'postpone'; readonly after: number }
  /** Failed for good, or not to be handled. `failed` counts an attempt. */
  | {
      readonly kind: 'bury';
      readonly reason: DeadLetterReason;
      readonly error: string;
      readonly failed: boolean;
    };

/** How to work through an inbox. */
export interface InboxWork {
  /** The most items at once. */
  readonly concurrency: number;
  /** Milliseconds that a claim lasts. The inbox renews it every third of that while `process` runs. */
  readonly lease: number;
  /** Never rejects. Called as soon as an item has been claimed. */
  process(item: InboxItem): Promise<Verdict>;
  /**
   * Told of what the inbox meets while it works and goes on from: a store that cannot be reached, a verdict that could
   * not be stored. Never throws.
   */
  onTrouble(error: unknown): void;
}

/** A running worker. */
export interface InboxWorker {
  /**
   * Claims nothing more, waits for what is being processed up to `deadline` milliseconds, and releases the rest, which
   * counts neither as an attempt nor as a crash. Verdicts that come later are dropped. Never rejects.
   */
  stop(options: { readonly deadline: number }): Promise<void>;
}

/** How an inbox is doing. */
export interface InboxHealth {
  /** Items that wait, those that are being worked on and those that come again later included. */
  readonly waiting: number;
  /** How long the oldest item that could be worked on now has been waiting for it, in milliseconds; 0 when there is none. */
  readonly oldestDue: number;
  /** Dead letters of all reasons. */
  readonly deadLetters: number;
}

/**
 * Stores events durably, before they are answered, and gives them to a worker later.
 *
 * An inbox only stores: what an answer is, when a retry is due and when to give up is decided by the receiver. Every
 * change is durable and atomic on the item's key before its promise resolves, times and leases go by the clock of the
 * store, and everything that ends or changes a claim is compare-and-set on its token: a run that outlived its lease
 * cannot end the claim of its successor. A method that cannot be carried out rejects with a coded error, in bounded time.
 *
 * `runInboxConformance` of `@fic-webhooks/testing` tests an implementation.
 *
 * @example
 * ```ts
 * const inbox: Inbox = sqliteInbox({ file: 'fic-events.db' });
 * const receiver = createReceiver({ sink, applicationId, inbox });
 * ```
 */
export interface Inbox {
  /**
   * Checks that the store keeps what it is given.
   *
   * @returns Resolves once it has been checked, and also while the store cannot be reached: `put` rejects then, and the
   * check is made when it can be reached.
   * @throws FicWebhooksError `inbox-not-durable`, `inbox-corrupt`, `inbox-schema-newer`: what only a person can mend.
   * Every other method rejects with the same error then.
   */
  ready(): Promise<void>;
  put(item: NewInboxItem): Promise<PutResult>;
  /** Keeps a dead letter. One whose key is there already is kept once: nothing is changed. */
  bury(letter: NewDeadLetter): Promise<void>;
  /** Starts to claim items and to process them, the one due longest first. */
  work(work: InboxWork): InboxWorker;
  readonly deadLetters: DeadLetters;
  health(): Promise<InboxHealth>;
  /** Lets go of files and connections. Workers must have been stopped. */
  close(): Promise<void>;
}
