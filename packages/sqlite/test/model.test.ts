import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import type { InboxItem, InboxWorker, PutResult, Verdict } from '@fic-webhooks/core';
import { type SqliteInbox, sqliteInbox } from '@fic-webhooks/sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { temporaryFile } from './support/open-inbox.js';

const seed = Number(process.env['FC_SEED'] ?? 20_250_611);
const concurrency = 3;
/** An hour: in this test it never comes. */
const later = 3_600_000;

interface Modelled {
  fingerprint: string;
  state: 'due' | 'later' | 'running' | 'dead' | 'done';
  attempts: number;
  crashes: number;
  handled: string[];
  error: string;
}

interface Running {
  readonly item: InboxItem;
  end(verdict: Verdict): void;
}

/** An inbox, and what it must be like. */
class Bench {
  readonly model = new Map<string, Modelled>();
  readonly running = new Map<string, Running>();
  /** Runs whose claim was lost, and that go on. */
  readonly zombies: Running[] = [];
  readonly file: string;
  inbox: SqliteInbox;
  worker: InboxWorker;

  constructor(file: string) {
    this.file = file;
    this.inbox = sqliteInbox({ file, pollInterval: 10 });
    this.worker = this.work();
  }

  work(): InboxWorker {
    return this.inbox.work({
      concurrency,
      lease: 600_000,
      process: (item) =>
        new Promise((resolve) => {
          this.running.set(item.key, { item, end: resolve });
        }),
      onTrouble: (error) => {
        throw error;
      },
    });
  }

  expectPut(key: string, fingerprint: string): PutResult {
    const known = this.model.get(key);
    if (known !== undefined) return known.fingerprint === fingerprint ? 'duplicate' : 'conflict';
    this.model.set(key, fresh(fingerprint, 'due'));
    return 'stored';
  }

  count(...states: Modelled['state'][]): number {
    return [...this.model.values()].filter(({ state }) => states.includes(state)).length;
  }

  /** Waits until the worker has taken what it can, and looks at each that it took. */
  async settle(): Promise<void> {
    const occupied = this.zombies.length;
    const wanted = Math.min(concurrency - occupied, this.count('due', 'running'));
    const until = performance.now() + 10_000;
    while (this.running.size < wanted && performance.now() < until) await delay(2);
    expect(this.running.size).toBe(wanted);
    for (const [key, { item }] of this.running) {
      const known = this.model.get(key) as Modelled;
      if (known.state === 'running') continue;
      expect(known.state).toBe('due');
      known.state = 'running';
      expect({ attempt: item.attempt, crashes: item.crashes, handled: item.handled }).toEqual({
        attempt: known.attempts + 1,
        crashes: known.crashes,
        handled: known.handled,
      });
    }
  }

  async compare(): Promise<void> {
    expect(await this.inbox.health()).toMatchObject({
      waiting: this.count('due', 'later', 'running'),
      deadLetters: this.count('dead'),
    });
    const letters = await this.inbox.deadLetters.list();
    const dead = [...this.model].filter(([, { state }]) => state === 'dead');
    expect(
      letters
        .map(({ key, attempts, crashes, handled, error }) => [key, { attempts, crashes, handled, error }])
        .sort(),
    ).toEqual(
      dead
        .map(([key, { attempts, crashes, handled, error }]) => [key, { attempts, crashes, handled, error }])
        .sort(),
    );
  }

  pick(index: number): Running | undefined {
    const running = [...this.running.values()];
    return running[index % Math.max(1, running.length)];
  }
}

function fresh(fingerprint: string, state: Modelled['state'], error = ''): Modelled {
  return { fingerprint, state, attempts: 0, crashes: 0, handled: [], error };
}

const keys = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(64));
const anyKey = fc.constantFrom(...keys);
const anyFingerprint = fc.constantFrom('one', 'one', 'one', 'two');
const anyHandler = fc.constantFrom('first', 'secònd "x"', 'third\u0000');

type Step = (bench: Bench) => Promise<void>;

const verdicts: fc.Arbitrary<Verdict> = fc.oneof(
  fc.constant<Verdict>({ kind: 'done' }),
  fc.constantFrom<Verdict>(
    { kind: 'retry', after: 0, error: 'failed' },
    { kind: 'retry', after: later, error: 'failed, later' },
    { kind: 'postpone', after: 0 },
    { kind: 'postpone', after: later },
    { kind: 'bury', reason: 'attempts', error: 'buried', failed: true },
    { kind: 'bury', reason: 'unhandled', error: '', failed: false },
  ),
);

function apply(known: Modelled, verdict: Verdict): void {
  if (verdict.kind === 'done') known.state = 'done';
  else if (verdict.kind === 'bury') {
    known.state = 'dead';
    known.error = verdict.error;
    if (verdict.failed) known.attempts++;
  } else {
    known.state = verdict.after === 0 ? 'due' : 'later';
    if (verdict.kind === 'retry') {
      known.attempts++;
      known.error = verdict.error;
    }
  }
}

const steps: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(anyKey, anyFingerprint).map(put) },
  { weight: 1, arbitrary: fc.tuple(anyKey, anyFingerprint).map(bury) },
  { weight: 6, arbitrary: fc.tuple(fc.nat(5), verdicts).map(end) },
  { weight: 2, arbitrary: fc.tuple(fc.nat(5), anyHandler).map(mark) },
  { weight: 2, arbitrary: anyKey.map(retry) },
  { weight: 1, arbitrary: anyKey.map(discard) },
  { weight: 1, arbitrary: fc.constant(takeOver()) },
  { weight: 1, arbitrary: fc.constant(reopen()) },
);

function put([key, fingerprint]: [string, string]): readonly [string, Step] {
  return [
    `put ${key[0]} ${fingerprint}`,
    async (bench) => {
      const wanted = bench.expectPut(key, fingerprint);
      expect(await bench.inbox.put(newItem({ key, fingerprint }))).toBe(wanted);
    },
  ];
}

function bury([key, fingerprint]: [string, string]): readonly [string, Step] {
  return [
    `bury ${key[0]} ${fingerprint}`,
    async (bench) => {
      if (!bench.model.has(key)) bench.model.set(key, fresh(fingerprint, 'dead', 'at once'));
      await bench.inbox.bury({ ...newItem({ key, fingerprint }), reason: 'unreadable', error: 'at once' });
    },
  ];
}

function end([index, verdict]: [number, Verdict]): readonly [string, Step] {
  return [
    `end ${index} ${JSON.stringify(verdict)}`,
    async (bench) => {
      const run = bench.pick(index);
      if (run === undefined) return;
      const known = bench.model.get(run.item.key) as Modelled;
      bench.running.delete(run.item.key);
      apply(known, verdict);
      run.end(verdict);
      // What is asked for later is written later: the verdict has been stored by then.
      await immediate();
      await bench.inbox.deadLetters.discard('none');
    },
  ];
}

function mark([index, handler]: [number, string]): readonly [string, Step] {
  return [
    `mark ${index} ${handler}`,
    async (bench) => {
      const run = bench.pick(index);
      if (run === undefined) return;
      const { handled } = bench.model.get(run.item.key) as Modelled;
      if (!handled.includes(handler)) handled.push(handler);
      expect(await run.item.markHandled(handler)).toBe(true);
    },
  ];
}

function retry(key: string): readonly [string, Step] {
  return [
    `retry ${key[0]}`,
    async (bench) => {
      const known = bench.model.get(key);
      const wanted = known?.state === 'dead';
      if (known !== undefined && wanted) Object.assign(known, { state: 'due', attempts: 0, crashes: 0 });
      expect(await bench.inbox.deadLetters.retry(key)).toBe(wanted);
    },
  ];
}

function discard(key: string): readonly [string, Step] {
  return [
    `discard ${key[0]}`,
    async (bench) => {
      const known = bench.model.get(key);
      const wanted = known?.state === 'dead';
      if (known !== undefined && wanted) known.state = 'done';
      expect(await bench.inbox.deadLetters.discard(key)).toBe(wanted);
    },
  ];
}

/** All claims are lost. What the old runs still want must not change anything. */
function takeOver(): readonly [string, Step] {
  return [
    'take over',
    async (bench) => {
      const lost = [...bench.running.values()];
      bench.running.clear();
      for (const { item } of lost) {
        const known = bench.model.get(item.key) as Modelled;
        known.state = 'due';
        known.crashes++;
      }
      await bench.inbox.transaction((tx) =>
        tx.run("UPDATE fic_webhooks_items SET token = 'another', due_at = 0 WHERE token IS NOT NULL"),
      );
      for (const run of lost) {
        expect(await run.item.markHandled('zombie')).toBe(false);
        run.end({ kind: 'bury', reason: 'attempts', error: 'zombie', failed: true });
      }
    },
  ];
}

function reopen(): readonly [string, Step] {
  return [
    'reopen',
    async (bench) => {
      await bench.worker.stop({ deadline: 0 });
      await bench.inbox.close();
      for (const { item } of bench.running.values()) {
        expect(item.signal.aborted).toBe(true);
        (bench.model.get(item.key) as Modelled).state = 'due';
      }
      bench.running.clear();
      bench.inbox = sqliteInbox({ file: bench.file, pollInterval: 10 });
      bench.worker = bench.work();
    },
  ];
}

test('any sequence of steps leaves what a simple model says', { timeout: 240_000 }, async () => {
  process.stdout.write(`model.test.ts: seed ${seed}\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (sequence) => {
      const bench = new Bench(temporaryFile());
      try {
        for (const [name, step] of sequence) {
          await bench.settle();
          try {
            await step(bench);
          } catch (error) {
            throw new Error(`in ${name}`, { cause: error });
          }
        }
        await bench.settle();
        await bench.compare();
      } finally {
        await bench.worker.stop({ deadline: 0 });
        await bench.inbox.close();
      }
    }),
    { seed, numRuns: 40, interruptAfterTimeLimit: 150_000, markInterruptAsFailure: true },
  );
});
