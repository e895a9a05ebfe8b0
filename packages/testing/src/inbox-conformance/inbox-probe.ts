import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DeadLetter,
  type FicEvent,
  FicWebhooksError,
  type Inbox,
  type InboxItem,
  type InboxPayload,
  type NewDeadLetter,
  type NewInboxItem,
  type PutResult,
  type Verdict,
} from '@fic-webhooks/core';
import { CaseFailure, CaseSkip } from '../suite/suite-case.js';
import type { InboxConformanceOptions } from './inbox-conformance-options.js';
import { Recorder, type RecorderOptions } from './recorder.js';

/** A lease or retention that no case outlives. */
export const long = 10 * 60_000;
/** Milliseconds within which an inbox must take up what is due. */
const soon = 4_000;

/** How often a delivery may be refused before the inbox fails. */
const mostRefusals = 5;

/** What a delivery came to. */
export interface Delivery {
  readonly result: PutResult;
  /** The 503s before it. */
  readonly refusals: number;
}

/** What a case works with: an inbox on an empty store, and what it needs to fill and to watch it. */
export class InboxProbe {
  inbox: Inbox;
  readonly #options: InboxConformanceOptions;
  readonly #recorders: Recorder[] = [];

  constructor(inbox: Inbox, options: InboxConformanceOptions) {
    this.inbox = inbox;
    this.#options = options;
  }

  /** An event of its own. */
  newItem(changes: Partial<NewInboxItem> = {}): NewInboxItem {
    return {
      key: randomBytes(32).toString('hex'),
      fingerprint: 'first',
      name: 'entities.clients.create',
      payload: { kind: 'event', event: newEvent() },
      receivedAt: Date.now(),
      retention: long,
      ...changes,
    };
  }

  newLetter(changes: Partial<NewDeadLetter> = {}): NewDeadLetter {
    return { ...this.newItem(), reason: 'unreadable', error: 'not to be understood', ...changes };
  }

  /** Puts an item that must be new. */
  async store(changes: Partial<NewInboxItem> = {}): Promise<NewInboxItem> {
    const item = this.newItem(changes);
    await this.expectPut('stored', item, 'for a key that is new');
    return item;
  }

  async expectPut(wanted: PutResult, item: NewInboxItem, when: string): Promise<void> {
    const delivery = await this.deliver(item);
    if (!cameTo(wanted, delivery))
      throw new CaseFailure(`Expected put to give ${wanted} ${when}; it gave ${delivery.result}.`);
  }

  /**
   * Puts as a sender delivers: after a 503 it comes again. Under many puts at once an inbox may refuse one in time rather
   * than let it wait, and may have stored what it refused.
   */
  async deliver(item: NewInboxItem): Promise<Delivery> {
    let refusals = 0;
    const result = await persist(
      () => this.inbox.put(item),
      () => refusals++,
    );
    return { result, refusals };
  }

  /** Buries, likewise. */
  bury(letter: NewDeadLetter): Promise<void> {
    return persist(() => this.inbox.bury(letter));
  }

  /** Starts a worker that records what it is given. */
  work(verdict: (item: InboxItem) => Verdict | Promise<Verdict>, options: RecorderOptions = {}): Recorder {
    const recorder = new Recorder(this.inbox, verdict, options);
    this.#recorders.push(recorder);
    return recorder;
  }

  /** Ends the leases of all claims, or skips the case. */
  async expire(): Promise<void> {
    if (this.#options.expire === undefined) {
      throw new CaseSkip('`expire` was not given, so the suite cannot make a claim get lost.');
    }
    await this.#options.expire(this.inbox);
  }

  /** Closes the inbox and goes on with another one on the same store, or skips the case. */
  async reopen(): Promise<void> {
    if (this.#options.reopen === undefined) {
      throw new CaseSkip('`reopen` was not given, so the suite cannot look at the store again.');
    }
    await this.stop();
    const closed = this.inbox;
    await closed.close();
    this.inbox = await this.#options.reopen(closed);
  }

  /** The dead letters, as they stand. */
  async letters(wanted: number): Promise<readonly DeadLetter[]> {
    const letters = await this.inbox.deadLetters.list();
    if (letters.length !== wanted)
      throw new CaseFailure(`Expected ${wanted} dead letters; there are ${letters.length}.`);
    return letters;
  }

  /** The only dead letter, once it is there. */
  async letter(): Promise<DeadLetter> {
    await this.until(async () => (await this.inbox.deadLetters.list()).length > 0, 'a dead letter is there');
    const [letter] = await this.letters(1);
    return letter as DeadLetter;
  }

  /** Waits until something holds. */
  async until(holds: () => boolean | Promise<boolean>, what: string, within = soon): Promise<void> {
    const started = performance.now();
    while (!(await holds())) {
      if (performance.now() - started > within)
        throw new CaseFailure(`Waited for ${within} ms until ${what}.`);
      await sleep(20);
    }
  }

  pass(milliseconds: number): Promise<void> {
    return sleep(milliseconds);
  }

  /** Ends what the case has left running. */
  async stop(): Promise<void> {
    await Promise.all(this.#recorders.splice(0).map((recorder) => recorder.stop(0)));
  }
}

/** Tries again after a 503, a few times. */
async function persist<Result>(step: () => Promise<Result>, onRefusal = () => {}): Promise<Result> {
  for (let refusals = 0; ; refusals++) {
    try {
      return await step();
    } catch (error) {
      if (refusals === mostRefusals || !(error instanceof FicWebhooksError) || error.status !== 503)
        throw error;
      onRefusal();
      await sleep(100 * 2 ** refusals);
    }
  }
}

/** Whether a delivery came to what was wanted: what was refused before may have been stored then. */
export function cameTo(wanted: PutResult, { result, refusals }: Delivery): boolean {
  return result === wanted || (wanted === 'stored' && result === 'duplicate' && refusals > 0);
}

/** An event as the receiver makes it. */
export function newEvent(changes: Readonly<Record<string, unknown>> = {}): FicEvent {
  const event = {
    id: `198:${randomBytes(8).toString('hex')}`,
    type: 'it.fattureincloud.webhooks.entities.clients.create',
    name: 'entities.clients.create',
    resource: 'entities.clients',
    action: 'create',
    source: 'https://api-v2.fattureincloud.it',
    subject: { kind: 'company', id: '108061' },
    ids: [3062300],
    applicationId: 1234,
    mode: 'binary',
    companyId: 108061,
    time: '2023-04-04T12:54:21+02:00',
    timestamp: 1680605661000,
    ...changes,
  };
  return event as unknown as FicEvent;
}

/** Expects two values to be the same JSON, whatever the order of their members. */
export function expectSame(actual: unknown, wanted: unknown, what: string): void {
  if (sorted(actual) === sorted(wanted)) return;
  const cut = (value: unknown) => {
    const text = sorted(value);
    return text.length > 300 ? `${text.slice(0, 300)}…` : text;
  };
  throw new CaseFailure(`Expected ${what} to be ${cut(wanted)}; it is ${cut(actual)}.`);
}

/** Expects a payload to be what was put. */
export function expectPayload(actual: InboxPayload, wanted: InboxPayload): void {
  expectSame(actual, wanted, 'the payload');
}

function sorted(value: unknown): string {
  const sort = (_: string, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member;
  return JSON.stringify(value, sort) ?? String(value);
}
