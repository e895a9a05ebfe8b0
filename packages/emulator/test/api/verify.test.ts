import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceBehaviour } from '../../src/index.js';
import { type Bench, startBench } from './call-api.js';

let bench: Bench;
afterEach(() => bench.close());

/** A subscription whose first verification has failed. */
async function startUnverified(behaviour: Partial<ServiceBehaviour> = {}): Promise<void> {
  bench = await startBench({ behaviour });
  bench.sink.echoes = false;
  await bench.create();
  await bench.fic.settled();
}

const verify = (body?: unknown) => bench.call({ method: 'POST', path: '/SUB1/verify', body });
const challenges = () => bench.sink.requests.filter(({ method }) => method === 'GET').length;
const only = () => bench.fic.subscriptions()[0];

describe('a verify call', () => {
  it('sends another request, and answers 200 with an empty body', async () => {
    await startUnverified();
    bench.sink.echoes = true;
    await bench.fic.advance('10m');
    const { status, text } = await verify();
    await bench.fic.settled();
    expect([status, text, challenges(), only()?.verified]).toEqual([200, '', 2, true]);
  });

  it('does not remember the method of an earlier one', async () => {
    await startUnverified();
    await bench.fic.advance('10m');
    await verify({ data: { verification_method: 'query' } });
    await bench.fic.advance('10m');
    await verify({ data: {} });
    await bench.fic.settled();
    const [, byQuery, byHeader] = bench.sink.requests;
    expect(byQuery?.url).toContain('?x-fic-verification-challenge=');
    expect(byHeader?.url).not.toContain('?');
    expect(byHeader?.headers).toHaveProperty('x-fic-verification-challenge');
  });

  it.each(['ignored', 'refused'] as const)(
    'sends nothing when it is verified already (%s)',
    async (throttledVerification) => {
      bench = await startBench({ behaviour: { throttledVerification } });
      await bench.create();
      await bench.fic.settled();
      expect((await verify()).status).toBe(200);
      await bench.fic.settled();
      expect(challenges()).toBe(1);
    },
  );

  it.each([[{}], [{ data: null }], [{ data: {} }], [{ data: { id: 'SUB1' } }], [null]])(
    'takes the body %j',
    async (body) => {
      await startUnverified();
      await bench.fic.advance('10m');
      expect((await verify(body)).status).toBe(200);
      await bench.fic.settled();
      expect(challenges()).toBe(2);
    },
  );

  it('takes a Content-Type without a body', async () => {
    await startUnverified();
    const { statusCode } = await request(`${bench.fic.url}/c/108061/subscriptions/SUB1/verify`, {
      method: 'POST',
      headers: { authorization: 'Bearer a/emulator', 'content-type': 'application/json' },
    });
    expect(statusCode).toBe(200);
  });

  it('is 422 for an unknown method', async () => {
    await startUnverified();
    const { status, body } = await verify({ data: { verification_method: 'dns' } });
    expect(status).toBe(422);
    expect(body.error?.validation_result).toHaveProperty(['data.verification_method']);
  });
});

describe('the throttle of verifications', () => {
  it('says success and sends nothing (ignored)', async () => {
    await startUnverified({ throttledVerification: 'ignored' });
    await bench.fic.advance('9m');
    expect((await verify()).status).toBe(200);
    await bench.fic.settled();
    expect(challenges()).toBe(1);
    await bench.fic.advance('1m');
    for (let round = 0; round < 6; round += 1) {
      expect((await verify()).status).toBe(200);
      await bench.fic.advance('10m');
    }
    expect(challenges()).toBe(5);
    expect(only()).toMatchObject({ verified: false, verificationAttempts: 5 });
  });

  it('says when to come back, and when it is over (refused)', async () => {
    await startUnverified({ throttledVerification: 'refused' });
    await bench.fic.advance('4m');
    const early = await verify();
    expect([early.status, early.headers['retry-after']]).toEqual([429, '360']);
    expect(early.body.error?.message).toContain('360 seconds');
    await bench.fic.advance('6m');
    for (let round = 0; round < 4; round += 1) {
      expect((await verify()).status).toBe(200);
      await bench.fic.advance('10m');
    }
    const over = await verify();
    expect([over.status, over.headers['retry-after']]).toEqual([409, undefined]);
    expect(challenges()).toBe(5);
  });

  it('begins anew with a new sink', async () => {
    await startUnverified({ throttledVerification: 'refused' });
    const sink = bench.sink.url.replace('127.0.0.1', 'localhost');
    await bench.call({ method: 'PUT', path: '/SUB1', body: { data: { sink } } });
    expect(only()).toMatchObject({ verificationAttempts: 1 });
    await bench.fic.settled();
    expect((await verify()).status).toBe(429);
    await bench.fic.advance('10m');
    expect((await verify()).status).toBe(200);
  });
});
