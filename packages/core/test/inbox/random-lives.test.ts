import { memoryInbox } from '@fic-webhooks/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FicReceiver, InboxWorker } from '../../src/index.js';
import { freeClock, letRun, moveClock, stopClock } from '../idempotency/moved-clock.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';
import { binaryRequest } from '../support/requests.js';
import { describeLetter, handlerNames, InboxModel, limits, type RunEnd } from './inbox-model.js';

const seed = 20_261_130;
const events = 4;
/** The longest of all delays; the lease is not to end by itself. */
const delay = 1_000;
const longest = 2_147_483_647;

type Step =
  | { readonly kind: 'deliver'; readonly event: number; readonly content: number }
  | { readonly kind: 'end'; readonly run: number; readonly end: RunEnd }
  | { readonly kind: 'retry' | 'discard'; readonly letter: number }
  | { readonly kind: 'crash' | 'restart' | 'wait' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      event: fc.nat(events - 1),
      // 0 and 1 contradict each other, 2 cannot be read.
      content: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constant(1), fc.constant(2)),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      run: fc.nat(20),
      end: fc.constantFrom<RunEnd[]>('succeed', 'succeed', 'fail', 'fail', 'postpone'),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'wait' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('retry' as const, 'retry' as const, 'discard' as const),
      letter: fc.nat(9),
    }),
  },
);

/** A run of a handler that goes on until the test ends it. */
interface Run {
  readonly process: number;
  end(end: RunEnd): void;
}

/** A receiver that dies and comes again, on an inbox that stays. */
class World {
  readonly inbox = memoryInbox();
  readonly model = new InboxModel();
  readonly reasons = new Set<string>();
  runs: Run[] = [];
  answers = new Set<number>();
  starts = 0;
  #process = 0;
  #receiver!: FicReceiver;
  #worker: InboxWorker | undefined;

  constructor() {
    this.#start();
  }

  #start(): void {
    const process = ++this.#process;
    const { inbox, model } = this;
    const { receiver } = createRecordingReceiver({
      logger: false,
      worker: { ...limits, concurrency: 3, firstDelay: delay, longestDelay: delay, lease: longest },
      handlerMaxRuntime: longest,
      inbox: {
        ...inbox,
        put: async (item) => {
          const wanted = model.put(item);
          const result = await inbox.put(item);
          if (result !== wanted) model.violations.push(`put gave ${result} in place of ${wanted}`);
          return result;
        },
        bury: async (letter) => {
          model.bury(letter);
          await inbox.bury(letter);
        },
        work: (work) => {
          this.#worker = inbox.work({
            ...work,
            process: async (item) => {
              model.claim(item);
              const verdict = await work.process({
                ...item,
                markHandled: async (name) => {
                  const marked = await item.markHandled(name);
                  model.mark(item.key, item.token, name, marked);
                  return marked;
                },
              });
              model.verdict(item, verdict, model.countSuspects());
              if (verdict.kind === 'bury') this.reasons.add(verdict.reason);
              return verdict;
            },
          });
          return this.#worker;
        },
        // The store outlives the process.
        close: async () => {},
      },
    });
    for (const name of handlerNames) {
      receiver.on(
        '*',
        (_, { delivery, retryAfter }) =>
          new Promise<void>((resolve, reject) => {
            const key = delivery?.key ?? '';
            const isAlive = () => process === this.#process;
            if (isAlive()) {
              this.starts++;
              this.model.start(key, name);
            }
            const run: Run = {
              process,
              end: (end) => {
                this.runs.splice(this.runs.indexOf(run), 1);
                if (isAlive()) this.model.end(key, name, end);
                if (end === 'postpone') retryAfter(delay);
                if (end === 'fail') reject(new Error('The database is away.'));
                else resolve();
              },
            };
            this.runs.push(run);
          }),
        { name },
      );
    }
    this.#receiver = receiver;
  }

  async deliver(event: number, content: number): Promise<void> {
    const request = await binaryRequest({
      event: { id: `198:${event}`, ids: [content] },
      ...(content === 2 && { body: '{' }),
    });
    this.answers.add((await this.#receiver.handle(request)).status);
  }

  async take(next: Step): Promise<void> {
    switch (next.kind) {
      case 'deliver':
        await this.deliver(next.event, next.content);
        break;
      case 'end':
        this.runs[next.run % Math.max(1, this.runs.length)]?.end(next.end);
        break;
      case 'wait':
        await moveClock(delay + 200);
        break;
      case 'crash':
        // It claims nothing more, and does not release what it has.
        void this.#worker?.stop({ deadline: longest });
        this.model.crash();
        this.inbox.expireClaims();
        this.#start();
        break;
      case 'restart': {
        const closing = this.#receiver.close({ deadline: 50 });
        await moveClock(60);
        await closing;
        this.model.release();
        this.#start();
        break;
      }
      case 'retry':
      case 'discard': {
        const letters = await this.inbox.deadLetters.list();
        const letter = letters[next.letter % Math.max(1, letters.length)];
        if (letter === undefined) break;
        this.model[next.kind](letter.key);
        await this.inbox.deadLetters[next.kind](letter.key);
      }
    }
    await moveClock(0);
  }

  /** Lets every handler succeed until nothing waits any more. */
  async calmDown(): Promise<void> {
    for (let turn = 0; (await this.inbox.health()).waiting > 0; turn++) {
      if (turn > 100) throw new Error('Events wait that nobody works on.');
      await moveClock(delay + 200);
      for (const run of [...this.runs]) run.end('succeed');
      await letRun();
    }
  }
}

beforeEach(stopClock);
afterEach(freeClock);

it(`lose no event and run no handler after its success, whatever happens (seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  let starts = 0;
  const reasons = new Set<string>();
  const states = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const world = new World();
      await moveClock(0);
      for (const next of steps) {
        await world.take(next);
        expect(world.model.violations).toEqual([]);
      }
      await world.calmDown();

      const { model, inbox } = world;
      expect(model.violations).toEqual([]);
      // FIC never hears of anything: what it signed is kept, whatever became of it.
      expect([...world.answers].filter((status) => status !== 202)).toEqual([]);
      for (const { state } of model.items.values()) {
        expect(['dead', 'done', 'discarded']).toContain(state);
        states.add(state);
      }
      expect((await inbox.deadLetters.list()).map(describeLetter).sort()).toEqual(model.letters());
      starts += world.starts;
      for (const reason of world.reasons) reasons.add(reason);
    }),
    { seed, numRuns: 300 },
  );
  // The generator must reach everything for the properties to mean anything.
  expect(starts).toBeGreaterThan(1_000);
  expect([...reasons].sort()).toEqual(['attempts', 'crash-loop', 'unreadable']);
  expect([...states].sort()).toEqual(['dead', 'discarded', 'done']);
});
