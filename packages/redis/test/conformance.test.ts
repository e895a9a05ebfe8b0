import { memoryStore } from '@fic-webhooks/core';
import { runStoreConformance, storeConformanceCaseNames } from '@fic-webhooks/testing';
import fc from 'fast-check';
import { Cluster, Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { redisStore } from '../src/index.js';
import { openStore } from './support/open-store.js';
import { test } from './support/redis-test.js';
import { startRedis } from './support/start-redis.js';

const allPass = storeConformanceCaseNames.map((name) => ({ name, result: 'pass', why: '' }));

test('a connection of its own conforms', async () => {
  const { url } = await startRedis();
  const results = await runStoreConformance({ createStore: () => redisStore({ connection: url }) });
  expect(results).toEqual(allPass);
});

test('a client that is given conforms, with a key prefix of its own', async () => {
  const { port, admin } = await startRedis();
  const client = new Redis(port, { keyPrefix: 'app:', enableAutoPipelining: true });
  onTestFinished(() => client.disconnect());
  const results = await runStoreConformance({ createStore: () => redisStore({ connection: client }) });
  expect(results).toEqual(allPass);
  const names = await admin.keys('*');
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !name.startsWith('app:fic-webhooks:'))).toEqual([]);
});

test('a cluster of three conforms', async () => {
  const nodes = await Promise.all([startNode(), startNode(), startNode()]);
  const [first = nodes[0], ...others] = nodes;
  const bounds = [0, 5_461, 10_923, 16_384];
  for (const [index, { admin }] of nodes.entries()) {
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', String(bounds[index]), String((bounds[index + 1] ?? 0) - 1));
    // Nodes that claim the same epoch must not agree on anything.
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
  }
  for (const { port, busPort } of others) {
    await first?.admin.call('CLUSTER', 'MEET', '127.0.0.1', String(port), String(busPort));
  }
  for (const { admin } of nodes) {
    await expect.poll(() => admin.call('CLUSTER', 'INFO')).toMatch(/cluster_state:ok.*known_nodes:3/s);
  }
  const client = new Cluster([{ host: '127.0.0.1', port: first?.port ?? 0 }]);
  onTestFinished(() => client.disconnect());
  const results = await runStoreConformance({ createStore: () => redisStore({ connection: client }) });
  expect(results).toEqual(allPass);
  for (const { admin } of nodes) expect(await admin.dbsize()).toBeGreaterThan(0);
});

async function startNode() {
  const busPort = await findFreePort();
  const address = ['--cluster-announce-ip', '127.0.0.1', '--cluster-port', String(busPort)];
  return { ...(await startRedis('--cluster-enabled', 'yes', ...address)), busPort };
}

test('it does what memoryStore does', async () => {
  const { url } = await startRedis();
  const key = fc.constantFrom('a', 'b', 'c');
  const age = fc.integer({ min: 0, max: 6 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('claim'), key, fingerprint: fc.string() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('complete'), key, age }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('extend'), key, age }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('release'), key, age }) },
  );
  const seen = new Set<string>();
  let run = 0;
  const store = openStore({ connection: url });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const prefix = `run-${++run}:`;
      const model = memoryStore();
      /** Of the same claim, in the store and in the model. */
      const tokens: [string, string][] = [];
      for (const one of steps) {
        const name = prefix + one.key;
        if (one.do === 'claim') {
          const request = { owner: 'test', lease: 60_000, fingerprint: one.fingerprint };
          const [got, wanted] = [await store.claim(name, request), await model.claim(one.key, request)];
          seen.add(`claim ${wanted.state}`);
          if (got.state === 'claimed' && wanted.state === 'claimed') tokens.push([got.token, wanted.token]);
          else expect(got).toEqual(wanted);
          continue;
        }
        const [token, modelToken] = tokens.at(-1 - one.age) ?? ['never given', 'never given'];
        const [got, wanted] =
          one.do === 'release'
            ? [await store.release(name, token), await model.release(one.key, modelToken)]
            : [await store[one.do](name, token, 60_000), await model[one.do](one.key, modelToken, 60_000)];
        seen.add(`${one.do} ${wanted}`);
        expect(got).toBe(wanted);
      }
    }),
    { seed: 20_260_601, numRuns: 300 },
  );
  // A generator that never gets anywhere would pass too.
  expect([...seen].sort()).toEqual([
    'claim busy',
    'claim claimed',
    'claim done',
    'complete false',
    'complete true',
    'extend false',
    'extend true',
    'release false',
    'release true',
  ]);
});
