import { platform } from '#platform';
import { after } from '../receiver/after.js';
import { cleanText } from '../receiver/clean-text.js';
import { eventKey, fingerprintOf, retentionOf } from '../receiver/event-key.js';
import type { Exchange } from '../receiver/exchange.js';
import type { Outcome, OutcomeCode, UnreadNotification } from '../receiver/outcomes.js';
import type { Delivery, Processor } from '../receiver/processor.js';
import type { ReceiverRequest } from '../receiver/receiver-request.js';
import { messageOf, swallow } from '../receiver/reporter.js';
import type { Inbox, NewDeadLetter, NewInboxItem, PutResult } from './inbox.js';
import { keepRaw } from './raw-notification.js';

/** Milliseconds within which what came must have been stored, else the answer is that nobody knows. */
const storeWithin = 1_500;
/** Writes that may be going on at once, those included whose request was answered because they took too long. */
const maximumOutstanding = 1_024;
/** An unknown type may be of any length. */
const longestName = 200;

/** What cannot be read, although it came from a genuine sender and is all there. */
const unreadableCodes: ReadonlySet<OutcomeCode> = new Set([
  'body-encoding',
  'body-malformed',
  'body-too-large',
  'event-unreadable',
]);

/** What the processor works with. */
export interface InboxProcessorOptions {
  readonly inbox: Inbox;
  /** The most bytes of a body that is kept unread. */
  readonly bodyLimit: number;
  /** Called with every notification, before it is stored. */
  readonly onNotification: () => void;
}

/** One request that is being stored. */
interface Storing {
  readonly exchange: Exchange;
  readonly scope: ReceiverRequest;
  /** By `performance.now()`. One time for all the writes of a request. */
  readonly until: number;
}

/** Stores events and lets a worker handle them. The answer never waits for a handler. */
export class InboxProcessor implements Processor {
  readonly #options: InboxProcessorOptions;
  #outstanding = 0;
  #whenIdle: (() => void)[] = [];

  constructor(options: InboxProcessorOptions) {
    this.#options = options;
  }

  /** Resolves once no write is going on any more. */
  async idle(): Promise<void> {
    if (this.#outstanding > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  process({ notification, claims, exchange, scope }: Delivery): Outcome | Promise<Outcome> {
    const { event, content } = notification;
    const storing = this.#begin(exchange, scope);
    return after(eventKey(claims), (key) =>
      after(fingerprintOf(content), (fingerprint) => {
        const item: NewInboxItem = {
          key,
          fingerprint,
          name: event.name.slice(0, longestName),
          payload: { kind: 'event', event },
          receivedAt: exchange.receivedAt,
          retention: retentionOf(claims, exchange.receivedAt),
        };
        return this.#write(
          storing,
          () => this.#options.inbox.put(item),
          (result) => this.#afterPut(result, item, storing),
        );
      }),
    );
  }

  refuse(outcome: Outcome, exchange: Exchange, scope: ReceiverRequest): Outcome | Promise<Outcome> {
    if (outcome.code === 'company-ignored') return { ...outcome, kept: true };
    if (outcome.unread === undefined || !unreadableCodes.has(outcome.code) || exchange.expired)
      return outcome;
    return this.#buryUnread(outcome, outcome.unread, this.#begin(exchange, scope));
  }

  #begin(exchange: Exchange, scope: ReceiverRequest): Storing {
    this.#options.onNotification();
    return { exchange, scope, until: performance.now() + storeWithin };
  }

  #afterPut(result: PutResult, item: NewInboxItem, storing: Storing): Outcome | Promise<Outcome> {
    if (result === 'stored') return { code: 'stored' };
    if (result === 'duplicate') return { code: 'duplicate', kept: true };
    if (result !== 'conflict') {
      return {
        code: 'inbox-unavailable',
        detail: 'put() gave something else than stored, duplicate or conflict.',
      };
    }
    // Not handled by itself: whoever has one genuine token could else have anything handled. But not lost either.
    const key = platform.sha256(`${item.key}\nconflict\n${item.fingerprint}`);
    const error = `Another event with the same id was stored before, under the key ${item.key}.`;
    return after(key, (own) =>
      this.#bury({ code: 'conflict' }, { ...item, key: own, reason: 'conflict', error }, storing),
    );
  }

  #buryUnread(outcome: Outcome, unread: UnreadNotification, storing: Storing): Outcome | Promise<Outcome> {
    const { body, claims } = unread;
    const { bodyLimit } = this.#options;
    const tooMuch = 'bytes' in body && body.bytes.length > bodyLimit;
    const payload = tooMuch ? undefined : keepRaw(storing.exchange.headers, unread);
    if (payload === undefined) return outcome;
    const { receivedAt } = storing.exchange;
    return after(eventKey(claims), (eventsKey) =>
      after(platform.sha256(`${eventsKey}\nunreadable\n${payload.body}`), (key) => {
        const { code, detail } = outcome;
        // The detail may hold what a sender wrote.
        const error = cleanText(detail === undefined ? code : `${code}: ${detail}`);
        const retention = retentionOf(claims, receivedAt);
        const item = { key, fingerprint: key, name: '', payload, receivedAt, retention };
        return this.#bury(outcome, { ...item, reason: 'unreadable', error }, storing);
      }),
    );
  }

  #bury(outcome: Outcome, letter: NewDeadLetter, storing: Storing): Outcome | Promise<Outcome> {
    const detail = `${outcome.detail ?? ''} Kept as the dead letter ${letter.key}.`.trimStart();
    return this.#write(
      storing,
      () => this.#options.inbox.bury(letter),
      () => ({ ...outcome, detail, kept: true }),
    );
  }

  /** Writes to the inbox, for as long as there is time. What comes later is left to itself, and still counted. */
  #write<T>(
    { exchange, scope, until }: Storing,
    write: () => Promise<T>,
    next: (result: T) => Outcome | Promise<Outcome>,
  ): Outcome | Promise<Outcome> {
    const left = until - performance.now();
    // Past the deadline nothing new is begun: the sender has its answer and will come again.
    if (exchange.expired || left <= 0) return { code: 'inbox-slow' };
    if (this.#outstanding >= maximumOutstanding) return { code: 'inbox-overloaded' };
    exchange.stage = 'inbox';
    this.#outstanding++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ code: 'inbox-slow' }), left);
      const settle = (outcome: Outcome | Promise<Outcome>) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      const fail = (error: unknown) => settle({ code: 'inbox-unavailable', detail: messageOf(error) });
      const written = start(write)
        .finally(() => this.#end())
        .then((result) => settle(next(result)))
        .catch(fail);
      if (scope.waitUntil !== undefined) swallow(() => written, scope);
    });
  }

  #end(): void {
    this.#outstanding--;
    if (this.#outstanding === 0) for (const wake of this.#whenIdle.splice(0)) wake();
  }
}

/** Also for an inbox that throws in place of rejecting. */
async function start<T>(write: () => Promise<T>): Promise<T> {
  return write();
}
