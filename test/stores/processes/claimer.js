// A process that claims what it is told to, on a store of its own. Started by `../claimers.ts`.
import { setTimeout as sleep } from 'node:timers/promises';

const [module, options] = process.argv.slice(2);
const { openStore } = await import(module);
const store = openStore(JSON.parse(options));
const owner = `process ${process.pid}`;
const fingerprint = 'f'.repeat(64);

/** Runs a function for each key, so many at once, in the order of the keys. */
async function forEach(keys, run, atOnce = 16) {
  const results = {};
  const waiting = keys.values();
  const lane = async () => {
    for (const key of waiting) results[key] = await run(key);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

const orders = {
  claim: ({ keys, lease }) =>
    forEach(keys, async (key) => {
      const sentAt = Date.now();
      const result = await store.claim(key, { owner, lease, fingerprint });
      return { ...result, sentAt, answeredAt: Date.now() };
    }),

  /** Asks again and again, and gives all that it got until then. */
  async succeed({ keys, lease, until }) {
    const claimed = {};
    let left = keys;
    while (Date.now() < until && left.length > 0) {
      const results = await orders.claim({ keys: left, lease });
      for (const key of left) if (results[key].state === 'claimed') claimed[key] = results[key];
      left = left.filter((key) => results[key].state === 'busy');
      await sleep(5);
    }
    return claimed;
  },

  extend: ({ tokens, lease }) =>
    forEach(Object.keys(tokens), async (key) => store.extend(key, tokens[key], lease)),
  complete: ({ tokens, retention }) =>
    forEach(Object.keys(tokens), async (key) => store.complete(key, tokens[key], retention)),
  release: ({ tokens }) => forEach(Object.keys(tokens), async (key) => store.release(key, tokens[key])),
};

process.on('message', async ({ id, order, ...details }) => {
  try {
    process.send({ id, result: await orders[order](details) });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit());
await store.claim(`warm-up ${process.pid}`, { owner, lease: 1, fingerprint });
process.send({ id: 0, result: 'ready' });
