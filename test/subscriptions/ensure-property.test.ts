import { createSubscriptionsClient, type SubscriptionsClient } from '@fic-webhooks/core/subscriptions';
import type { Subscription } from '@fic-webhooks/emulator';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, companyId, full, startBench } from './support/start-bench.js';

const seed = 20_265;
const numRuns = 100;

const tokens = ['a/ours', 'a/another'];
const names = full(
  'entities.clients.create',
  'entities.clients.update',
  'entities.clients.delete',
  'products.create',
  'taxes.create',
  'cashbook.create',
);
/** Beginning at the wanted one. */
const paths = ['', '/old', '/older'];

type Fault =
  | 'none'
  | 'api-error'
  | 'api-quota-429'
  | 'api-quota-403'
  | 'lost-before'
  | 'lost-after'
  | 'timeout';

const scene = fc.record({
  existing: fc.uniqueArray(
    fc.record({
      token: fc.constantFrom('a/ours', ...tokens),
      path: fc.constantFrom('', ...paths),
      types: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
      isVerified: fc.boolean(),
      mapping: fc.constantFrom('binary' as const, 'structured' as const),
    }),
    // Several of one sink only where it matters, so that the model below stays simple.
    {
      maxLength: 5,
      selector: ({ token, path, types }) => [token, path, path === '' ? types.join() : ''].join(),
    },
  ),
  wanted: fc.record({
    types: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 5 }),
    mapping: fc.constantFrom(undefined, 'binary' as const, 'structured' as const),
    keepOtherTypes: fc.boolean(),
    takeOver: fc.boolean(),
    isMoved: fc.boolean(),
  }),
  /** For each of the first two runs, what happens to its calls, one after another. */
  faults: fc.oneof(
    fc.constant<Fault[][]>([[], []]),
    fc.array(
      fc.array(
        fc.oneof(
          { weight: 3, arbitrary: fc.constant<Fault>('none') },
          {
            weight: 8,
            arbitrary: fc.constantFrom<Fault>(
              'api-error',
              'api-quota-429',
              'api-quota-403',
              'lost-before',
              'lost-after',
            ),
          },
          { weight: 1, arbitrary: fc.constant<Fault>('timeout') },
        ),
        { maxLength: 8 },
      ),
      { minLength: 2, maxLength: 2 },
    ),
  ),
  retries: fc.constantFrom(0, 2),
  isOneProcess: fc.boolean(),
});

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({
    applications: tokens.map((accessToken, index) => ({ id: index + 1, accessToken })),
  });
});
afterAll(() => bench.close());

test(`ensure converges, loses nothing, and then rests (seed ${seed})`, async () => {
  const seen = { struck: 0, missing: 0, ready: 0, written: 0 };
  await fc.assert(
    fc.asyncProperty(scene, async ({ existing, wanted, faults, retries, isOneProcess }) => {
      await arrange(existing);
      const { isMoved, ...rest } = wanted;
      const options = {
        ...rest,
        sink: bench.sink.url,
        moveSinkFrom: isMoved ? `${bench.sink.url}/old` : undefined,
      };
      const expected = foresee(options);
      const { watch, losses } = watchLosses(options);
      let writes = 0;
      let queue: Fault[] = [];
      const send: typeof fetch = async (url, init) => {
        const fault = queue.shift() ?? 'none';
        if (fault !== 'none') seen.struck += 1;
        if (fault === 'lost-before') throw new TypeError('fetch failed');
        strike(fault);
        const response = await fetch(url, init);
        strike('none');
        if (init?.method !== 'GET') {
          writes += 1;
          watch();
        }
        if (fault === 'lost-after') throw new TypeError('fetch failed');
        if (fault === 'timeout') await new Promise(() => {});
        return response;
      };
      const connect = (): SubscriptionsClient =>
        createSubscriptionsClient({
          companyId,
          accessToken: 'a/ours',
          baseUrl: bench.fic.url,
          fetch: send,
          clock: bench.clock,
          retries,
          timeout: 300,
        });
      let client = connect();

      const isSpoiled = faults.some((run) => run.some((fault) => fault !== 'none'));
      for (let run = 1; run <= (isSpoiled ? 3 : 1); run += 1) {
        // As long as a keeper waits after trouble: verification is throttled to it.
        await bench.fic.advance('10m');
        if (!isOneProcess) client = connect();
        queue = [...(faults[run - 1] ?? [])];
        const outcome = await client.ensure(options).catch((error: unknown) => error);
        await bench.fic.settled();
        // Only what was injected may make a run fail.
        if (run === 3 || !isSpoiled) expect(outcome).toMatchObject(expected);
      }
      expect(losses).toEqual([]);
      expectStanding(options, expected.missing);

      seen.written += writes;
      seen[expected.status === 'ready' ? 'ready' : 'missing'] += 1;
      writes = 0;
      if (!isOneProcess) client = connect();
      queue = [];
      expect(await client.ensure(options)).toMatchObject({ ...expected, actions: [] });
      expect(writes).toBe(0);
    }),
    { seed, numRuns },
  );
  // The scenes must have met what they are made for.
  expect(seen.struck).toBeGreaterThan(numRuns / 2);
  expect(seen.written).toBeGreaterThan(numRuns / 2);
  expect(seen.ready).toBeGreaterThan(numRuns / 3);
  expect(seen.missing).toBeGreaterThan(numRuns / 20);
}, 120_000);

interface Options {
  sink: string;
  types: string[];
  keepOtherTypes: boolean;
  takeOver: boolean;
  moveSinkFrom: string | undefined;
  mapping: 'binary' | 'structured' | undefined;
}

/** Makes the subscriptions that are there at first, as others made them before. */
async function arrange(existing: Parameters<Parameters<typeof scene.map>[0]>[0]['existing']): Promise<void> {
  await bench.fic.reset();
  for (const { token, path, types, isVerified, mapping } of existing) {
    bench.sink.echoes = isVerified;
    const client = bench.createClient({ accessToken: token });
    await client.create({ sink: bench.sink.url + path, types, mapping });
    await bench.fic.settled();
  }
  bench.sink.echoes = true;
}

/** The subscriptions of our application. */
function ours(): Subscription[] {
  return bench.fic.subscriptions().filter(({ applicationId }) => applicationId === 1);
}

/** The subscription that is moved, if one is. */
function findMoved({ sink, moveSinkFrom }: Options): Subscription | undefined {
  const isFree = !ours().some((one) => one.sink === sink && one.types.length > 0);
  return isFree ? ours().find((one) => one.sink === moveSinkFrom) : undefined;
}

/** What must come out: types of other sinks stay there, unless they are to be taken over or moved. */
function foresee(options: Options): { status: 'ready' | 'incomplete' | 'missing'; missing: string[] } {
  const { sink, types, takeOver } = options;
  const holders = ours().filter((one) => one.sink !== sink && one !== findMoved(options));
  const moved = findMoved(options)?.id;
  const taken = new Set(takeOver ? [] : holders.filter(({ id }) => id !== moved).flatMap((one) => one.types));
  const missing = types.filter((type) => taken.has(type));
  const status = missing.length === types.length ? 'missing' : missing.length > 0 ? 'incomplete' : 'ready';
  return { status, missing };
}

/** What to do after every write: it writes down what is gone that has to stay, even for a moment. */
function watchLosses(options: Options): { watch: () => void; losses: string[] } {
  const { sink, types, keepOtherTypes, takeOver } = options;
  const moved = findMoved(options)?.id;
  const before = structuredClone(bench.fic.subscriptions());
  const mine = before.filter(({ applicationId }) => applicationId === 1);
  const delivered = mine
    .filter((one) => one.sink === sink && one.verified)
    .flatMap((one) => one.types)
    .filter((type) => keepOtherTypes || types.includes(type));
  const losses: string[] = [];
  const watch = () => {
    const after = bench.fic.subscriptions();
    for (const stranger of before.filter(({ applicationId }) => applicationId !== 1)) {
      const now = after.find(({ id }) => id === stranger.id);
      if (JSON.stringify(now) !== JSON.stringify(stranger))
        losses.push(`${stranger.id} of another application`);
    }
    const standing = after.filter((one) => one.applicationId === 1 && one.sink === sink && one.verified);
    for (const type of delivered) {
      if (!standing.some((one) => one.types.includes(type))) losses.push(`${type} of the sink`);
    }
    for (const { id, types: had } of mine.filter((one) => one.sink !== sink && one.id !== moved)) {
      const now = after.find((one) => one.id === id)?.types ?? [];
      const kept = had.filter((type) => !(takeOver && types.includes(type)));
      for (const type of kept) if (!now.includes(type)) losses.push(`${type} of ${id}`);
    }
  };
  return { watch, losses };
}

/** Checks what stands in the end, in the service itself. */
function expectStanding({ sink, types, keepOtherTypes, mapping }: Options, missing: string[]): void {
  const standing = ours().filter((one) => one.sink === sink);
  const covered = standing.filter(({ verified }) => verified).flatMap((one) => one.types);
  expect(covered).toEqual(expect.arrayContaining(types.filter((type) => !missing.includes(type))));
  if (missing.length === types.length) return;
  if (!keepOtherTypes) expect(types).toEqual(expect.arrayContaining(standing.flatMap((one) => one.types)));
  for (const one of standing) {
    expect(one.types).not.toEqual([]);
    if (mapping !== undefined && one.types.some((type) => types.includes(type))) {
      expect(one.mapping).toBe(mapping);
    }
  }
}

/** Switches a fault of the emulator on, or all off. */
function strike(fault: Fault): void {
  bench.fic.setFaults({
    probabilities: {
      'api-error': fault === 'api-error' ? 1 : 0,
      'api-quota': fault.startsWith('api-quota') ? 1 : 0,
    },
    quotaWindow: fault === 'api-quota-429' ? '5-minutes' : 'hour',
  });
}
