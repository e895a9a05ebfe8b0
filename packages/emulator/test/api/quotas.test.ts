import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { quotas } from '../../src/api/quota.js';
import type { EmulatorOptions, FaultSettings } from '../../src/index.js';
import { openState } from '../../src/state/open-state.js';
import { type Bench, type Call, companyId, startBench } from './call-api.js';

const hour = 3_600_000;
let bench: Bench;
afterEach(() => bench.close());

/** An emulator whose clock stands at the beginning of an hour. */
async function start(options?: EmulatorOptions): Promise<void> {
  bench = await startBench(options);
  await bench.fic.advance(hour - (bench.fic.clock().now % hour));
}

async function callTimes(times: number, call?: Call): Promise<number[]> {
  const statuses: number[] = [];
  for (let made = 0; made < times; made += 50) {
    const batch = Array.from({ length: Math.min(50, times - made) }, () => bench.call(call));
    statuses.push(...(await Promise.all(batch)).map(({ status }) => status));
  }
  return statuses;
}

describe('the quota of 300 calls in 5 minutes', () => {
  it('is shared by the applications of a company, and comes back', async () => {
    await start();
    expect(new Set(await callTimes(200))).toEqual(new Set([200]));
    expect(new Set(await callTimes(100, { authorization: 'Bearer a/another' }))).toEqual(new Set([200]));
    await bench.fic.advance('1m');

    for (const call of [{}, { authorization: 'Bearer a/another' }]) {
      const { status, headers, body } = await bench.call(call);
      expect([status, headers['retry-after']]).toEqual([429, '240']);
      expect(headers).not.toHaveProperty('ratelimit-hourlylimit');
      expect(body).toEqual({ error: { message: expect.stringContaining('300 calls per 5 minutes') } });
    }
    expect((await bench.call({ companyId: 5 })).status).toBe(200);
    await bench.fic.advance('5m');
    expect((await bench.call()).status).toBe(200);
  });
});

describe('the quota of 1,000 calls in an hour', () => {
  it('is 403 with Retry-After, for one application, and comes back', async () => {
    await start();
    for (const calls of [300, 300, 300, 100]) {
      expect(new Set(await callTimes(calls))).toEqual(new Set([200]));
      await bench.fic.advance('5m');
    }
    const { status, headers, body } = await bench.call();
    expect([status, headers['retry-after']]).toEqual([403, '2400']);
    expect(body).toEqual({ error: { message: expect.stringContaining('1000 calls per hour') } });
    expect((await bench.call({ authorization: 'Bearer a/another' })).status).toBe(200);
    expect((await bench.call({ companyId: 5 })).status).toBe(200);
    await bench.fic.advance('1h');
    expect((await bench.call()).headers['ratelimit-hourlyremaining']).toBe('999');
  });
});

describe('the quota of 40,000 calls in a month', () => {
  it('is 403 with Retry-After, and comes back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fic-quotas-'));
    const file = join(folder, 'state.db');
    // 40,000 calls would take minutes: all but one are written down as made.
    const state = openState(file);
    const now = Date.now();
    const caller = { application: { id: 1234 }, companyId } as Parameters<typeof quotas.month.nameFor>[0];
    state.settings.write('clock', { ahead: 0, standsAt: now });
    state.quotas.write(quotas.month.nameFor(caller), quotas.month.windowAt(now).start, 39_999);
    state.close();
    try {
      bench = await startBench({ state: file });
      const last = await bench.call();
      expect([last.status, last.headers['ratelimit-monthlyremaining']]).toEqual([200, '0']);
      const { status, headers, body } = await bench.call();
      const left = Math.ceil((quotas.month.windowAt(now).end - now) / 1_000);
      expect([status, headers['retry-after']]).toEqual([403, String(left)]);
      expect(body).toEqual({ error: { message: expect.stringContaining('40000 calls per month') } });
      await bench.fic.advance('31d');
      const { headers: fresh } = await bench.call();
      expect(fresh['ratelimit-monthlyremaining']).toBe('39999');
    } finally {
      await bench.close();
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2028-02-29T00:00:00.000Z', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ])('has the months of the calendar: %s', async (now, start, end) => {
    bench = await startBench();
    expect(quotas.month.windowAt(Date.parse(now))).toEqual({
      start: Date.parse(start),
      end: Date.parse(end),
    });
  });
});

describe('the counters', () => {
  it('stand in the headers of every success, and of nothing else', async () => {
    await start();
    const limits = ({ headers }: Awaited<ReturnType<Bench['call']>>) =>
      ['hourlyremaining', 'hourlylimit', 'monthlyremaining', 'monthlylimit'].map(
        (name) => headers[`ratelimit-${name}`],
      );
    expect(limits(await bench.call())).toEqual(['999', '1000', '39999', '40000']);
    expect(limits(await bench.call({ method: 'DELETE', path: '/SUB9' }))).toEqual(Array(4).fill(undefined));
    await bench.create();
    expect(limits(await bench.call({ method: 'POST', path: '/SUB1/verify' }))[0]).toBe('996');
    expect(limits(await bench.call({ authorization: undefined }))).toEqual(Array(4).fill(undefined));
    expect(limits(await bench.call())[0]).toBe('995');
  });

  it('begin anew with a reset', async () => {
    await start();
    await callTimes(301);
    expect((await bench.call()).status).toBe(429);
    await bench.fic.reset();
    expect((await bench.call()).headers['ratelimit-hourlyremaining']).toBe('999');
  });
});

describe('the faults of the API', () => {
  const always = (fault: 'api-error' | 'api-quota', quotaWindow?: FaultSettings['quotaWindow']) =>
    bench.fic.setFaults({ probabilities: { [fault]: 1 }, quotaWindow });

  it('api-error is 500, and nothing is done', async () => {
    await start();
    always('api-error');
    const body = { data: { sink: bench.sink.url, types: ['x'] } };
    const answer = await bench.call({ method: 'POST', body });
    expect([answer.status, bench.fic.subscriptions()]).toEqual([500, []]);
    expect(answer.body).toEqual({ error: { message: expect.stringContaining('api-error') } });
  });

  it.each([
    ['5-minutes', 429, '300'],
    ['hour', 403, '3600'],
  ] as const)('api-quota answers as if the quota of %s were used up', async (window, status, retryAfter) => {
    await start();
    always('api-quota', window);
    const answer = await bench.call();
    expect([answer.status, answer.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(answer.body.error?.code).toBeUndefined();
  });

  it('api-quota for a month', async () => {
    await start();
    always('api-quota', 'month');
    const answer = await bench.call();
    expect(answer.status).toBe(403);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(31 * 86_400);
  });

  it('strike the same calls again after a reset', async () => {
    await start();
    const run = async () => {
      await bench.fic.reset();
      bench.fic.setFaults({ seed: 5, probabilities: { 'api-error': 0.4 } });
      const statuses: number[] = [];
      for (let call = 0; call < 30; call += 1) statuses.push((await bench.call()).status);
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await run()).toEqual(first);
  });
});
