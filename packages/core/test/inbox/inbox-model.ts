import type {
  DeadLetter,
  InboxItem,
  NewDeadLetter,
  NewInboxItem,
  PutResult,
  Verdict,
} from '../../src/index.js';

/** The limits that the receiver under test has, too. */
export const limits = { attempts: 3, crashes: 4 };
/** The names of the handlers under test, each of which must succeed. */
export const handlerNames: readonly string[] = ['a', 'b'];

/** What the model knows of a key. */
interface ModelItem {
  readonly fingerprint: string;
  readonly isRaw: boolean;
  state: 'waiting' | 'claimed' | 'dead' | 'done' | 'discarded';
  token: string;
  failures: number;
  crashes: number;
  readonly handled: Set<string>;
  /** How the handlers of the present claim ended. */
  ends: Map<string, RunEnd>;
  reason: string;
}

/** How a run of a handler ends. */
export type RunEnd = 'succeed' | 'fail' | 'postpone';

/**
 * What must become of stored events, in few words: a second opinion on what the receiver decides. Whatever differs is
 * a violation.
 */
export class InboxModel {
  readonly items = new Map<string, ModelItem>();
  readonly violations: string[] = [];

  /** Gives what the inbox must say, before it does. */
  put({ key, fingerprint }: NewInboxItem): PutResult {
    const known = this.items.get(key);
    if (known !== undefined) return known.fingerprint === fingerprint ? 'duplicate' : 'conflict';
    this.items.set(key, createItem(fingerprint, false, 'waiting', ''));
    return 'stored';
  }

  bury({ key, fingerprint, payload, reason }: NewDeadLetter): void {
    const isRaw = payload.kind === 'raw';
    this.#expect(reason === (isRaw ? 'unreadable' : 'conflict'), `buried for ${reason}`);
    if (!this.items.has(key)) this.items.set(key, createItem(fingerprint, isRaw, 'dead', reason));
  }

  claim({ key, token, attempt, crashes, handled }: InboxItem): void {
    const item = this.#item(key);
    this.#expect(item.state === 'waiting', `claimed while ${item.state}`);
    this.#expect(attempt === item.failures + 1, `attempt ${attempt} after ${item.failures} failures`);
    this.#expect(crashes === item.crashes, `${crashes} crashes in place of ${item.crashes}`);
    this.#expect(sameNames(handled, item.handled), `${handled} are handled, and not ${[...item.handled]}`);
    item.state = 'claimed';
    item.token = token;
    item.ends = new Map();
  }

  /** A handler begins, in a process that is alive. */
  start(key: string, handler: string): void {
    const item = this.#item(key);
    this.#expect(item.state === 'claimed', `a handler runs while ${item.state}`);
    this.#expect(!item.handled.has(handler), `${handler} runs again after its success`);
    this.#expect(item.crashes < limits.crashes, 'a handler runs beyond the crashes');
  }

  end(key: string, handler: string, end: RunEnd): void {
    this.#item(key).ends.set(handler, end);
  }

  mark(key: string, token: string, handler: string, marked: boolean): void {
    const item = this.#item(key);
    this.#expect(marked === (item.token === token), `a mark gave ${marked}`);
    if (!marked) return;
    this.#expect(item.ends.get(handler) === 'succeed', `${handler} was marked without a success`);
    this.#expect(!item.handled.has(handler), `${handler} was marked twice`);
    item.handled.add(handler);
  }

  /** @param suspects - How many suspects the process has claimed, this one included. */
  verdict({ key, token }: InboxItem, verdict: Verdict, suspects: number): void {
    const item = this.#item(key);
    // Claimed by somebody else, or by nobody: the inbox drops it.
    if (item.token !== token) return;
    const { kind } = verdict;
    const buriedFor = kind === 'bury' ? verdict.reason : undefined;
    if (isSuspect(item) && suspects > 1 && item.ends.size === 0 && kind === 'postpone') {
      this.#release(item);
    } else if (item.crashes >= limits.crashes) {
      this.#expect(buriedFor === 'crash-loop', `${kind} in place of a crash loop`);
      this.#die(item, 'crash-loop');
    } else if (item.isRaw) {
      this.#expect(buriedFor === 'unreadable', `${kind} of what cannot be read`);
      this.#die(item, 'unreadable');
    } else {
      this.#afterRun(item, verdict);
    }
  }

  #afterRun(item: ModelItem, verdict: Verdict): void {
    const ends = new Set(item.ends.values());
    const all = handlerNames.every((name) => item.handled.has(name) || item.ends.has(name));
    this.#expect(all, 'not every handler has run');
    if (ends.has('postpone')) {
      this.#expect(
        verdict.kind === 'postpone' && verdict.after === 1_000,
        `${verdict.kind} after retryAfter`,
      );
      this.#release(item);
    } else if (ends.has('fail')) {
      item.failures++;
      const last = item.failures >= limits.attempts;
      this.#expect(
        verdict.kind === (last ? 'bury' : 'retry'),
        `${verdict.kind} after ${item.failures} failures`,
      );
      if (last) this.#die(item, 'attempts');
      else this.#release(item);
    } else {
      this.#expect(verdict.kind === 'done', `${verdict.kind} after a success`);
      this.#expect(sameNames(handlerNames, item.handled), `done with ${[...item.handled]}`);
      item.state = 'done';
      item.token = '';
    }
  }

  /** The process ends as it should: what it has claimed counts nothing. */
  release(): void {
    for (const item of this.items.values()) if (item.state === 'claimed') this.#release(item);
  }

  /** The process dies. */
  crash(): void {
    for (const item of this.items.values()) if (item.state === 'claimed') item.crashes++;
    this.release();
  }

  retry(key: string): void {
    const item = this.#item(key);
    Object.assign(item, { state: 'waiting', failures: 0, crashes: 0 });
  }

  discard(key: string): void {
    this.#item(key).state = 'discarded';
  }

  /** The suspects that are claimed. */
  countSuspects(): number {
    return [...this.items.values()].filter((item) => item.state === 'claimed' && isSuspect(item)).length;
  }

  /** The dead letters that there must be, one a line. */
  letters(): string[] {
    return [...this.items]
      .filter(([, { state }]) => state === 'dead')
      .map(([key, { reason, failures, crashes, handled }]) =>
        describeLetter({ key, reason, attempts: failures, crashes, handled: [...handled] }),
      )
      .sort();
  }

  #item(key: string): ModelItem {
    const item = this.items.get(key);
    if (item === undefined) throw new Error(`The model knows nothing of ${key}.`);
    return item;
  }

  #release(item: ModelItem): void {
    item.state = 'waiting';
    item.token = '';
  }

  #die(item: ModelItem, reason: string): void {
    item.state = 'dead';
    item.token = '';
    item.reason = reason;
  }

  #expect(holds: boolean, violation: string): void {
    if (!holds) this.violations.push(violation);
  }
}

/** A dead letter in one line, by which the model and the inbox are compared. */
export function describeLetter(
  letter: Pick<DeadLetter, 'key' | 'attempts' | 'crashes' | 'handled'> & { readonly reason: string },
): string {
  const { key, reason, attempts, crashes, handled } = letter;
  return `${key} ${reason}, ${attempts} attempts, ${crashes} crashes, handled ${[...handled].sort()}`;
}

function createItem(
  fingerprint: string,
  isRaw: boolean,
  state: ModelItem['state'],
  reason: string,
): ModelItem {
  const counts = { failures: 0, crashes: 0 };
  return { fingerprint, isRaw, state, reason, token: '', ...counts, handled: new Set(), ends: new Map() };
}

function isSuspect({ crashes }: ModelItem): boolean {
  return crashes * 2 >= limits.crashes && crashes < limits.crashes;
}

function sameNames(names: readonly string[], others: ReadonlySet<string>): boolean {
  return names.length === others.size && names.every((name) => others.has(name));
}
