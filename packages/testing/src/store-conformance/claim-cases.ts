import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { long, type StoreProbe } from './store-probe.js';

/** Names that stores have stumbled over: separators, patterns, and members of every JavaScript object. */
const awkwardEnds = ['', ':a', ':b', ' ', '*', '{x}', '%', '\u00e8\u20ac', '__proto__', 'constructor'];

/** Claims, completion and release while no time passes. */
export const claimCases: readonly SuiteCase<StoreProbe>[] = [
  {
    name: 'claim: a free key is claimed',
    async run(probe) {
      await probe.claim();
    },
  },
  {
    name: 'claim: a claimed key is busy',
    async run(probe) {
      await probe.claim();
      await probe.expectBusy('while the first claim stands');
      await probe.expectBusy('when asked again: asking must not change anything');
    },
  },
  {
    name: 'claim: of fifty at once exactly one gets the key',
    async run(probe) {
      const results = await Promise.all(Array.from({ length: 50 }, () => probe.try()));
      const claimed = results.filter(({ state }) => state === 'claimed').length;
      const busy = results.filter(({ state }) => state === 'busy').length;
      if (claimed === 1 && busy === 49) return;
      throw new CaseFailure(
        `Expected 1 claimed and 49 busy; got ${claimed} and ${busy}. Looking and claiming must be one atomic step.`,
      );
    },
  },
  {
    name: 'claim: keys are independent',
    async run(probe) {
      const keys = awkwardEnds.flatMap((end) => [`${probe.key}${end}`, `${end}${probe.key}`]).slice(1);
      const tokens = new Map<string, string>();
      for (const key of keys) tokens.set(key, await probe.claim(long, `of ${key}`, key));
      for (const [key, token] of tokens) {
        if (!(await probe.store.complete(key, token, long)))
          throw new CaseFailure(`complete of the key ${key} gave false.`);
      }
      for (const key of keys) await probe.expectDone(`for the key ${JSON.stringify(key)}`, `of ${key}`, key);
    },
  },
  {
    name: 'claim: names of object members are ordinary keys',
    async run(probe) {
      const free = ['__proto__', 'constructor', 'toString'];
      for (const key of free) {
        const result = await probe.try(1, 'first', key);
        // Earlier runs may have left a claim behind, but never a state that has no fingerprint.
        if (result.state === 'claimed') await probe.store.release(key, result.token);
        else if (result.state !== 'busy')
          throw new CaseFailure(`The key ${key}: ${JSON.stringify(result)} without a claim.`);
      }
    },
  },
  {
    name: 'claim: every claim has a token of its own',
    async run(probe) {
      const tokens = new Set<string>();
      for (let round = 0; round < 20; round++) {
        const token = await probe.claim();
        if (tokens.has(token)) throw new CaseFailure(`The token ${token} was given twice for one key.`);
        tokens.add(token);
        await probe.expectAnswer(true, 'release', token, 'for a live claim');
      }
    },
  },
  {
    name: 'complete: the key is done, with the fingerprint of its claim',
    async run(probe) {
      const fingerprint = `${'f'.repeat(64)} \u00e8\u20ac "quoted" {json}`;
      const token = await probe.claim(long, fingerprint);
      await probe.expectAnswer(true, 'complete', token, 'for a live claim');
      await probe.expectDone('after complete', fingerprint);
      await probe.expectDone('when asked again: asking must not change anything', fingerprint);
    },
  },
  {
    name: 'complete: works once',
    async run(probe) {
      const token = await probe.claim();
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => probe.store.complete(probe.key, token, long)),
      );
      const succeeded = answers.filter(Boolean).length;
      if (succeeded !== 1)
        throw new CaseFailure(`Of ten complete calls at once ${succeeded} gave true; expected 1.`);
      await probe.expectPowerless(token, 'after complete');
      await probe.expectDone('after all that');
    },
  },
  {
    name: 'release: the key is free at once',
    async run(probe) {
      const token = await probe.claim();
      await probe.expectAnswer(true, 'release', token, 'for a live claim');
      await probe.claim();
    },
  },
  {
    name: 'release: the token is spent',
    async run(probe) {
      const token = await probe.claim();
      await probe.expectAnswer(true, 'release', token, 'for a live claim');
      await probe.expectPowerless(token, 'after release');
      await probe.claim();
    },
  },
  {
    name: 'tokens: a wrong one can do nothing',
    async run(probe) {
      const token = await probe.claim();
      for (const wrong of [`${token}0`, '', 'null', probe.key])
        await probe.expectPowerless(wrong, 'for a wrong token');
      await probe.expectBusy('after calls with wrong tokens');
      await probe.expectAnswer(true, 'complete', token, 'for the right token after that');
    },
  },
  {
    name: 'tokens: on a key that nobody claimed nothing happens',
    async run(probe) {
      await probe.expectPowerless('1', 'for a key that nobody claimed');
      await probe.claim();
    },
  },
  {
    name: 'tokens: of another key can do nothing',
    async run(probe) {
      const other = await probe.claim(long, 'other', `${probe.key}:other`);
      await probe.claim(long);
      // Numbers counted per key may be equal by chance: then the other key's token is this one's too.
      const own = await probe.claim(long, 'third', `${probe.key}:third`);
      if (own === other) throw new CaseFailure(`Two live claims have the same token ${own}.`);
      await probe.expectPowerless(other, "for another key's token");
      await probe.expectBusy("after calls with another key's token");
    },
  },
];
