import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Answers, Claimer, type SharedStore, type TimedClaim } from './claimers.js';
import { test } from './redis-test.js';
import { shuffled } from './shuffled.js';

const processes = 4;
const long = 10 * 60_000;
const short = 1_000;

/**
 * The suite for stores that several processes share: on every key one of them wins, whatever happens to it.
 *
 * @param open - Makes the store behind which the processes meet, until the end of the test.
 */
export function testSharedStore(name: string, open: () => SharedStore | Promise<SharedStore>): void {
  test(`${name}: of four processes released at a barrier exactly one gets each key`, async () => {
    const seed = 20_260_701;
    const claimers = await startClaimers(open);
    const wins = claimers.map(() => 0);
    for (let round = 0; round < 40; round++) {
      const keys = makeKeys(100);
      // Each goes through the keys in an order of its own, so that none runs ahead of the others.
      const answers = await Promise.all(
        claimers.map((claimer, index) =>
          claimer.tell('claim', { keys: shuffled(keys, seed + round * processes + index), lease: long }),
        ),
      );
      for (const key of keys) {
        const states = answers.map((answer) => answer[key]?.state);
        expect([...states].sort(), `seed ${seed}, round ${round}`).toEqual([
          'busy',
          'busy',
          'busy',
          'claimed',
        ]);
        const winner = states.indexOf('claimed');
        wins[winner] = (wins[winner] ?? 0) + 1;
      }
    }
    // Had one always been first, nothing would have been raced for.
    expect(Math.min(...wins), `wins ${wins.join(', ')}, seed ${seed}`).toBeGreaterThan(100);
  });

  test(`${name}: a key after the other, with all processes on it at once`, async () => {
    const claimers = await startClaimers(open);
    for (const key of makeKeys(300)) {
      // Ten claims of each process on the one key: forty at once.
      const answers = await Promise.all(
        claimers.flatMap((claimer) =>
          Array.from({ length: 10 }, () => claimer.tell('claim', { keys: [key], lease: long })),
        ),
      );
      expect(answers.filter((answer) => answer[key]?.state === 'claimed')).toHaveLength(1);
      expect(answers.filter((answer) => answer[key]?.state === 'busy')).toHaveLength(39);
    }
  });

  test(`${name}: what one has done is done for all`, async () => {
    const claimers = await startClaimers(open);
    const keys = makeKeys(500);
    const answers = await Promise.all(
      claimers.map((claimer) => claimer.tell('claim', { keys, lease: long })),
    );
    await Promise.all(
      claimers.map(async (claimer, index) => {
        const own = tokensOf(answers[index]);
        const completed = await claimer.tell('complete', { tokens: own, retention: long });
        expect(Object.values(completed).every(Boolean)).toBe(true);
      }),
    );
    for (const claimer of claimers) {
      for (const result of Object.values(await claimer.tell('claim', { keys, lease: long }))) {
        expect(result).toMatchObject({ state: 'done', fingerprint: 'f'.repeat(64) });
      }
    }
  });

  test(`${name}: after kill -9 of the winner exactly one succeeds it, and not before its lease has ended`, async () => {
    const [winner, ...others] = (await startClaimers(open)) as [Claimer, ...Claimer[]];
    const keys = makeKeys(500);
    const first = await winner.tell('claim', { keys, lease: short });
    expect(Object.keys(tokensOf(first))).toHaveLength(500);
    await winner.kill();
    const until = Date.now() + short + 1_500;
    const successions = await Promise.all(
      others.map((claimer) => claimer.tell('succeed', { keys, lease: long, until })),
    );
    for (const key of keys) {
      const successors = successions.flatMap((succession) => succession[key] ?? []);
      expect(successors).toHaveLength(1);
      // It was sent before the lease began, and answered after it had ended. A store may look at its clock once in a while only.
      expect(timeOf(successors[0], 'answeredAt')).toBeGreaterThanOrEqual(
        timeOf(first[key], 'sentAt') + short,
      );
    }
  });

  test(`${name}: a winner that stood still can do nothing to its successor`, async () => {
    const [zombie, ...others] = (await startClaimers(open)) as [Claimer, ...Claimer[]];
    const keys = makeKeys(300);
    const old = tokensOf(await zombie.tell('claim', { keys, lease: short }));
    expect(Object.keys(old)).toHaveLength(300);
    zombie.signal('SIGSTOP');
    const until = Date.now() + short + 1_000;
    const successions = await Promise.all(
      others.map((claimer) => claimer.tell('succeed', { keys, lease: long, until })),
    );
    // A third each is done already, still going on, and given back when the zombie comes to.
    const [done, going, free] = [keys.slice(0, 100), keys.slice(100, 200), keys.slice(200)];
    for (const [index, claimer] of others.entries()) {
      const tokens = tokensOf(successions[index]);
      await claimer.tell('complete', { tokens: pick(tokens, done), retention: long });
      await claimer.tell('release', { tokens: pick(tokens, free) });
    }
    zombie.signal('SIGCONT');
    for (const answer of [
      await zombie.tell('extend', { tokens: old, lease: long }),
      await zombie.tell('complete', { tokens: old, retention: long }),
      await zombie.tell('release', { tokens: old }),
    ]) {
      expect(Object.values(answer)).toEqual(keys.map(() => false));
    }
    const after = await zombie.tell('claim', { keys, lease: long });
    expect(done.map((key) => after[key]?.state)).toEqual(done.map(() => 'done'));
    expect(going.map((key) => after[key]?.state)).toEqual(going.map(() => 'busy'));
    expect(free.map((key) => after[key]?.state)).toEqual(free.map(() => 'claimed'));
  });

  test(`${name}: a claim that is renewed outlives its lease, and ends when its process is killed`, async () => {
    const [winner, ...others] = (await startClaimers(open)) as [Claimer, ...Claimer[]];
    const keys = makeKeys(50);
    const tokens = tokensOf(await winner.tell('claim', { keys, lease: short }));
    for (let turn = 0; turn < 6; turn++) {
      await sleep(short / 3);
      const renewed = await winner.tell('extend', { tokens, lease: short });
      expect(Object.values(renewed).every(Boolean)).toBe(true);
      for (const claimer of others) {
        const states = Object.values(await claimer.tell('claim', { keys, lease: long }));
        expect(states.every(({ state }) => state === 'busy')).toBe(true);
      }
    }
    await winner.kill();
    const until = Date.now() + short + 1_000;
    const successions = await Promise.all(
      others.map((claimer) => claimer.tell('succeed', { keys, lease: long, until })),
    );
    for (const key of keys) expect(successions.flatMap((one) => one[key] ?? [])).toHaveLength(1);
  });
}

async function startClaimers(open: () => SharedStore | Promise<SharedStore>): Promise<Claimer[]> {
  const store = await open();
  return Promise.all(Array.from({ length: processes }, () => Claimer.start(store)));
}

function makeKeys(count: number): string[] {
  const base = randomUUID();
  return Array.from({ length: count }, (_, index) => `${base}-${index}`);
}

/** The tokens of what was claimed, by key. */
function tokensOf(answers: Answers['claim'] | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answers ?? {}).flatMap(([key, claim]) =>
      claim.state === 'claimed' ? [[key, claim.token]] : [],
    ),
  );
}

function pick(tokens: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(tokens).filter(([key]) => keys.includes(key)));
}

function timeOf(claim: TimedClaim | undefined, time: 'sentAt' | 'answeredAt'): number {
  return claim?.[time] ?? Number.NaN;
}
