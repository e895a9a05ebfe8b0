import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/idempotency/memory-store.js';
import { createReceiver } from '../../src/receiver/create-receiver.js';
import type { FicReceiver } from '../../src/receiver/fic-receiver.js';
import { applicationId, issuer, signingKey, sink } from '../support/sign-token.js';
import { type Delivery, deliver, makeEventId, summarize } from './deliver.js';
import { freeClock, letRun, moveClock, standStill, stopClock } from './moved-clock.js';
import { type ObservedStore, observeStore } from './observed-store.js';

const seed = 20_230_404;
const events = 3;

type Step =
  | { readonly kind: 'deliver'; readonly receiver: number; readonly event: number }
  | { readonly kind: 'end'; readonly run: number; readonly succeeds: boolean }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'stand still'; readonly milliseconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('deliver'), receiver: fc.nat(1), event: fc.nat(events - 1) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('end'), run: fc.nat(5), succeeds: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait'),
      milliseconds: fc.oneof(fc.integer({ min: 1, max: 3_100 }), fc.integer({ min: 3_000, max: 70_000 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stand still'),
      milliseconds: fc.integer({ min: 1, max: 40_000 }),
    }),
  },
);

interface TrackedRun {
  readonly event: number;
  readonly token: string;
  readonly signal: AbortSignal;
  end(succeeds: boolean): void;
}

/** Two receivers on one store, and everything that can be seen of them. */
class World {
  readonly store: ObservedStore;
  readonly ids = Array.from({ length: events }, makeEventId);
  readonly live: TrackedRun[] = [];
  readonly succeeded = new Set<number>();
  readonly deliveries: { readonly event: number; readonly delivery: Delivery }[] = [];
  readonly violations: string[] = [];
  runs = 0;
  readonly #receivers: readonly FicReceiver[];

  constructor(delays: readonly number[]) {
    this.store = observeStore(memoryStore(), delays);
    this.#receivers = [0, 1].map(() => this.#createReceiver());
  }

  #createReceiver(): FicReceiver {
    let owner = '';
    const { store } = this;
    const receiver = createReceiver({
      sink,
      applicationId,
      publicKeys: signingKey.pem,
      logger: false,
      idempotency: {
        ...store,
        claim: (key, request) => {
          owner = request.owner;
          return store.claim(key, request);
        },
      },
    });
    return receiver.on('entities.clients.create', (event, context) => {
      this.runs++;
      const key = createHash('sha256').update(`${issuer}\n${event.id}`).digest('hex');
      const index = this.ids.indexOf(event.id);
      const token = store.lastToken(`${owner} ${key}`) ?? '';
      for (const other of this.live) {
        if (other.event === index && store.isLive(other.token) && other.token !== token) {
          this.violations.push(`A handler of event ${index} began while a claim of another run was alive.`);
        }
      }
      return new Promise<void>((resolve, reject) => {
        const run: TrackedRun = {
          event: index,
          token,
          signal: context.signal,
          end: (succeeds) => {
            this.live.splice(this.live.indexOf(run), 1);
            if (succeeds) this.succeeded.add(index);
            if (succeeds) resolve();
            else reject(new Error('The database is away.'));
          },
        };
        if (this.live.some((other) => other.token === token)) {
          this.violations.push(`Two runs of event ${index} share one claim.`);
        }
        this.live.push(run);
      });
    });
  }

  async deliver(receiver: number, event: number): Promise<Delivery> {
    const chosen = this.#receivers[receiver] as FicReceiver;
    const delivery = await deliver({ receiver: chosen }, this.ids[event] ?? '');
    this.deliveries.push({ event, delivery });
    return delivery;
  }

  async take(next: Step): Promise<void> {
    switch (next.kind) {
      case 'deliver':
        await this.deliver(next.receiver, next.event);
        break;
      case 'end':
        this.live[next.run % Math.max(1, this.live.length)]?.end(next.succeeds);
        await letRun();
        break;
      case 'wait':
        await moveClock(next.milliseconds);
        break;
      case 'stand still':
        standStill(next.milliseconds);
        break;
    }
  }

  /** Ends whatever runs, and lets every lease and every delay pass. */
  async calmDown(): Promise<void> {
    for (const run of [...this.live]) run.end(false);
    await moveClock(120_000);
    for (const run of [...this.live]) run.end(false);
    await moveClock(120_000);
    this.store.stopDelaying();
  }
}

beforeEach(stopClock);
afterEach(freeClock);

describe('random interleavings of deliveries, ends, waits and standstills on two receivers', () => {
  it('never run a handler beside a live claim, lose no event and leak no claim', {
    timeout: 60_000,
  }, async () => {
    const delays = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6_000 })), { maxLength: 12 });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), delays, async (steps, held) => {
        const world = new World(held);
        for (const next of steps) await world.take(next);
        await world.calmDown();
        runs += world.runs;

        expect(world.violations).toEqual([]);
        expect(world.store.doubleGrants).toEqual([]);
        // Every sender has an answer, and a success only for an event that a handler has succeeded on.
        for (const { event, delivery } of world.deliveries) {
          expect(summarize(delivery)).toMatch(
            /^(204|500 handler-failed|503 (deadline|in-progress|store-unavailable|handler-lost))$/,
          );
          if (delivery.answer?.status === 204) expect(world.succeeded).toContain(event);
        }
        expect([...world.store.standing.keys()]).toEqual([]);

        // Whatever has been answered with 5xx so far, the next delivery brings it to a success.
        for (let event = 0; event < events; event++) {
          const delivery = await world.deliver(event % 2, event);
          await moveClock(0);
          for (const run of [...world.live]) run.end(true);
          await letRun();
          expect(summarize(delivery)).toBe('204');
          expect(world.succeeded).toContain(event);
        }
        const before = world.runs;
        for (let event = 0; event < events; event++) {
          expect(summarize(await world.deliver(event % 2, event))).toBe('204');
          expect(summarize(await world.deliver((event + 1) % 2, event))).toBe('204');
        }
        expect(world.runs).toBe(before);
      }),
      { seed, numRuns: 300 },
    );
    // The generator must reach handlers for the properties to mean anything.
    expect(runs).toBeGreaterThan(500);
  });
});
