import { type IdempotencyStore, memoryStore } from '@fic-webhooks/core';
import { expect, test } from 'vitest';
import { runStoreConformance, storeConformanceCaseNames } from '../src/index.js';

const flaws = {
  'looks and claims in two steps': 'claim: of fifty at once exactly one gets the key',
  'the owner claims again': 'claim: a claimed key is busy',
  'asking renews the lease': 'lease: asking does not renew it',
  'asking renews the retention': 'retention: asking does not renew it',
  'one token per key': 'claim: every claim has a token of its own',
  'one token for all keys': 'tokens: of another key can do nothing',
  'extend without token': 'zombie: cannot extend the claim of its successor',
  'complete without token': 'zombie: cannot complete the claim of its successor',
  'release without token': 'zombie: cannot release the claim of its successor',
  'release of done': 'zombie: cannot undo what its successor completed',
  'complete says true always': 'tokens: on a key that nobody claimed nothing happens',
  'late complete lies': 'zombie: a complete without a successor tells the truth',
  'complete twice': 'complete: works once',
  'fingerprint of the asker': 'complete: the key is done, with the fingerprint of its claim',
  'done ends with the lease': 'lease: done does not end with it',
  'leases never end': 'lease: its end frees the key',
  'retention never ends': 'retention: its end frees the key',
  'extend adds to the old lease': 'lease: an extended claim ends too',
  'extend does nothing': 'lease: extend makes the claim last',
  'release does nothing': 'release: the key is free at once',
  'keys are cut at a colon': 'claim: keys are independent',
  'keys of an ordinary object': 'claim: names of object members are ordinary keys',
} as const;
type Flaw = keyof typeof flaws;

interface Entry {
  token: string;
  fingerprint: string;
  until: number;
  done: boolean;
}

/** A store with one fault, on a clock of its own. Without a fault it is right. */
function createFlawedStore(flaw?: Flaw) {
  let now = 0;
  let lastToken = 0;
  const entries = new Map<string, Entry>();
  const cut = (key: string) => (flaw === 'keys are cut at a colon' ? (key.split(':')[0] ?? '') : key);
  const find = (key: string): Entry | undefined => {
    const inherited = flaw === 'keys of an ordinary object' ? Reflect.get({}, key) : undefined;
    const entry = entries.get(cut(key)) ?? (inherited as Entry | undefined);
    const endless =
      (flaw === 'leases never end' && entry?.done === false) ||
      (flaw === 'retention never ends' && entry?.done);
    return entry === undefined || endless || !(entry.until <= now) ? entry : undefined;
  };
  const findOwn = (key: string, token: string, anyToken: boolean) => {
    const entry = find(key);
    return entry !== undefined && !entry.done && (anyToken || entry.token === token) ? entry : undefined;
  };
  const store: IdempotencyStore = {
    async claim(key, { lease, fingerprint }) {
      const present = find(key);
      if (flaw === 'looks and claims in two steps') await Promise.resolve();
      if (present?.done === false && flaw !== 'the owner claims again') {
        if (flaw === 'asking renews the lease') present.until = now + lease;
        return { state: 'busy' };
      }
      if (present !== undefined && present.done !== false) {
        if (flaw === 'asking renews the retention') present.until = now + 10 * 60_000;
        return {
          state: 'done',
          fingerprint: flaw === 'fingerprint of the asker' ? fingerprint : present.fingerprint,
        };
      }
      lastToken++;
      const fixed: Partial<Record<Flaw, string>> = {
        'one token per key': key,
        'one token for all keys': 'token',
      };
      const token = (flaw && fixed[flaw]) ?? String(lastToken);
      entries.set(cut(key), { token, fingerprint, until: now + lease, done: false });
      return { state: 'claimed', token };
    },
    async extend(key, token, lease) {
      const entry = findOwn(key, token, flaw === 'extend without token');
      if (entry === undefined) return false;
      if (flaw === 'extend adds to the old lease') entry.until += lease;
      else if (flaw !== 'extend does nothing') entry.until = now + lease;
      return true;
    },
    async complete(key, token, retention) {
      const own = findOwn(key, token, flaw === 'complete without token');
      const stored = entries.get(cut(key));
      if (flaw === 'complete twice' && stored?.token === token) stored.done = true;
      const late = flaw === 'late complete lies' && stored?.token === token && !stored.done;
      const again = flaw === 'complete twice' && stored?.token === token;
      if (own === undefined) return flaw === 'complete says true always' || late || again;
      own.done = true;
      if (flaw !== 'done ends with the lease') own.until = now + retention;
      return true;
    },
    async release(key, token) {
      const own = findOwn(key, token, flaw === 'release without token');
      if (flaw === 'release of done' && find(key)?.done) return entries.delete(cut(key));
      if (own === undefined) return false;
      if (flaw !== 'release does nothing') entries.delete(cut(key));
      return true;
    },
  };
  const advance = (milliseconds: number) => {
    now += milliseconds;
  };
  return { store, advance };
}

async function check(flaw?: Flaw) {
  let advance: (milliseconds: number) => void = () => {};
  return runStoreConformance({
    createStore: () => {
      const flawed = createFlawedStore(flaw);
      ({ advance } = flawed);
      return flawed.store;
    },
    advance: (milliseconds) => advance(milliseconds),
  });
}

test('a store without a fault passes every case', async () => {
  expect((await check()).filter(({ result }) => result !== 'pass')).toEqual([]);
});

test.each(Object.entries(flaws))('the fault "%s" is found by "%s"', async (flaw, name) => {
  const failed = (await check(flaw as Flaw)).filter(({ result }) => result === 'fail');
  expect(failed.map((one) => one.name)).toContain(name);
  expect(failed.every(({ why }) => why.length > 20)).toBe(true);
});

test('memoryStore passes with real waiting', async () => {
  const startedAt = performance.now();
  const results = await runStoreConformance({ createStore: async () => memoryStore() });
  expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
  expect(results.map(({ name }) => name)).toEqual(storeConformanceCaseNames);
  expect(performance.now() - startedAt).toBeLessThan(6_000);
});

test('a store that throws or hangs, or cannot be made, fails every case and nothing rejects', async () => {
  const broken = memoryStore();
  const throwing = await runStoreConformance({
    createStore: () => ({
      ...broken,
      claim: () => {
        throw new Error('connection lost');
      },
    }),
    cases: ['claim: a free key is claimed'],
  });
  expect(throwing).toEqual([
    {
      name: 'claim: a free key is claimed',
      result: 'fail',
      why: 'Something was thrown: Error: connection lost',
    },
  ]);
  const hanging = await runStoreConformance({
    createStore: () => ({ ...broken, claim: () => new Promise<never>(() => {}) }),
    caseWithin: 30,
  });
  expect(
    hanging.filter(({ result, why }) => result !== 'fail' || !/did not end within 30 ms/.test(why)),
  ).toEqual([]);
  const unmade = await runStoreConformance({ createStore: () => Promise.reject(new Error('no server')) });
  expect(new Set(unmade.map(({ why }) => why))).toEqual(new Set(['Something was thrown: Error: no server']));
});

test('each store is closed after its case, and options are checked', async () => {
  let open = 0;
  await runStoreConformance({
    createStore: () => {
      open++;
      return { ...memoryStore(), close: async () => void open-- };
    },
    advance: () => {},
  });
  expect(open).toBe(0);
  await expect(runStoreConformance({ createStore: 1 as never })).rejects.toMatchObject({
    option: 'createStore',
  });
  const typo = runStoreConformance({ createStore: () => memoryStore(), cases: ['claim: a fre key'] });
  await expect(typo).rejects.toMatchObject({ code: 'option-invalid', option: 'cases' });
  expect(new Set(storeConformanceCaseNames).size).toBe(storeConformanceCaseNames.length);
});
