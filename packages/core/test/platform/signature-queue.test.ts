import { execFileSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SignatureCheck, SignatureQueue } from '../../src/platform/signature-queue.js';
import { createSigningKey, signingKey } from '../support/sign-token.js';

let count = 0;

/** A signature that no other check has, genuine or by somebody else's key. */
function makeCheck({ genuine = true } = {}): SignatureCheck {
  const { privateKey } = genuine ? signingKey : createSigningKey();
  const input = Buffer.from(`input ${++count}`);
  const signature = sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { key: signingKey.publicKey, input, signature };
}

/** A check that throws: node:crypto takes no such key. */
function makeImpossible(): SignatureCheck {
  return { ...makeCheck(), key: {} as SignatureCheck['key'] };
}

/** Holds all threads of the pool: each opens a pipe that nobody writes to, until `release` does. */
function holdPool() {
  const folder = mkdtempSync(join(tmpdir(), 'fic-webhooks-core-'));
  const pipes = ['first', 'second', 'third', 'fourth'].map((name) => join(folder, name));
  execFileSync('mkfifo', pipes);
  const readings = pipes.map((pipe) => readFile(pipe));
  const release = async () => {
    for (const pipe of pipes.splice(0)) closeSync(openSync(pipe, 'w'));
    await Promise.all(readings);
  };
  onTestFinished(async () => {
    await release();
    rmSync(folder, { recursive: true });
  });
  return { release };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe.each([
  { machine: 'a core to spare', hasSpareCore: true },
  { machine: 'a single core', hasSpareCore: false },
])('with $machine', ({ hasSpareCore }) => {
  test('one alone is checked in place, turn after turn', async () => {
    const queue = new SignatureQueue({ hasSpareCore });
    for (const genuine of [true, false, true]) {
      expect(queue.check(makeCheck({ genuine }))).toBe(genuine);
      await nextTurn();
    }
  });

  test.each([2, 3, 16, 17, 18, 100])('of %d in one turn each gets its own verdict', async (many) => {
    const queue = new SignatureQueue({ hasSpareCore });
    const expected = Array.from({ length: many }, (_, index) => index % 3 !== 1);
    const [first, ...others] = expected.map((genuine) => queue.check(makeCheck({ genuine })));
    expect(first).toBe(true);
    for (const other of others) expect(other).toBeInstanceOf(Promise);
    expect(await Promise.all(others)).toEqual(expected.slice(1));
    await nextTurn();
    expect(queue.check(makeCheck())).toBe(true);
  });

  test('what comes while others are checked is checked, too', async () => {
    const queue = new SignatureQueue({ hasSpareCore });
    const verdicts: (boolean | Promise<boolean>)[] = [];
    for (let turn = 0; turn < 20; turn++) {
      for (let one = 0; one <= turn % 4; one++) verdicts.push(queue.check(makeCheck()));
      await nextTurn();
    }
    const all = await Promise.all(verdicts);
    expect(all).toHaveLength(50);
    expect(all).not.toContain(false);
  });

  test('one that cannot be checked harms no other', async () => {
    const queue = new SignatureQueue({ hasSpareCore });
    expect(() => queue.check(makeImpossible())).toThrow(/key/);
    const others = [makeCheck(), makeImpossible(), makeCheck(), makeCheck({ genuine: false })];
    const results = await Promise.allSettled(others.map((one) => queue.check(one)));
    const verdicts = results.map((result) =>
      result.status === 'fulfilled' ? result.value : result.reason.code,
    );
    expect(verdicts).toEqual([true, 'ERR_INVALID_ARG_TYPE', true, false]);
    await nextTurn();
    // The one that failed is not counted as still going on.
    expect(queue.check(makeCheck())).toBe(true);
  });
});

test('a thread pool that is busy with other things holds up what was given to it, and nothing later', async () => {
  const queue = new SignatureQueue({ hasSpareCore: true });
  const order: string[] = [];
  const pool = holdPool();
  const early = Promise.all(Array.from({ length: 3 }, () => queue.check(makeCheck()))).then(() =>
    order.push('early'),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  const late = [queue.check(makeCheck()), queue.check(makeCheck({ genuine: false }))];
  expect(await Promise.all(late)).toEqual([true, false]);
  order.push('late');
  await pool.release();
  await early;
  expect(order).toEqual(['late', 'early']);
});

test('on a single core the event loop turns between rows of 16', async () => {
  const queue = new SignatureQueue({ hasSpareCore: false });
  let done = 0;
  const counts: number[] = [];
  const verdicts = Array.from({ length: 41 }, () =>
    Promise.resolve(queue.check(makeCheck())).then(() => {
      done++;
    }),
  );
  while (done < verdicts.length) {
    await nextTurn();
    counts.push(done);
  }
  expect(counts.filter((here, index) => here !== counts[index - 1])).toEqual([17, 33, 41]);
});
