import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { cameTo, expectPayload, expectSame, type InboxProbe, newEvent } from './inbox-probe.js';

const done = () => ({ kind: 'done' }) as const;

/** What is stored, and what of it comes out again. */
export const putCases: readonly SuiteCase<InboxProbe>[] = [
  {
    name: 'ready: a good store is ready',
    run: (probe) => probe.inbox.ready(),
  },
  {
    name: 'put: a new key is stored',
    async run(probe) {
      await probe.store();
      await probe.store();
    },
  },
  {
    name: 'put: the same again is a duplicate',
    async run(probe) {
      const item = await probe.store();
      await probe.expectPut('duplicate', item, 'for the same item again');
      const later = { ...item, receivedAt: item.receivedAt + 1_000, retention: item.retention - 1_000 };
      await probe.expectPut('duplicate', later, 'for a later delivery of the same event');
    },
  },
  {
    name: 'put: another fingerprint is a conflict, and changes nothing',
    async run(probe) {
      const item = await probe.store();
      const other = probe.newItem({ key: item.key, fingerprint: 'second' });
      await probe.expectPut('conflict', other, 'for another fingerprint under a known key');
      await probe.expectPut('duplicate', item, 'for the first fingerprint after a conflict');
      const recorder = probe.work(done);
      const { item: worked } = await recorder.run(1);
      expectPayload(worked.payload, item.payload);
      await recorder.expectRuns(1, 'for an item and a conflict');
      await probe.expectPut('conflict', other, 'after the first is done');
    },
  },
  {
    name: 'put: of 200 at once with one key exactly one is stored',
    async run(probe) {
      const item = probe.newItem();
      const deliveries = await Promise.all(Array.from({ length: 200 }, () => probe.deliver(item)));
      const stored = deliveries.filter(({ result }) => result === 'stored').length;
      const duplicates = deliveries.filter(({ result }) => result === 'duplicate').length;
      const refused = deliveries.some(({ refusals }) => refusals > 0);
      if (stored + duplicates !== 200 || stored > 1 || (stored === 0 && !refused)) {
        throw new CaseFailure(
          `Expected 1 stored and 199 duplicate; got ${stored} and ${duplicates}. Looking and storing must be one step.`,
        );
      }
      const recorder = probe.work(done);
      await recorder.run(1);
      await recorder.expectRuns(1, 'for one key, put 200 times');
    },
  },
  {
    name: 'put: 200 keys at once are all stored, and each is worked on once',
    async run(probe) {
      const items = Array.from({ length: 200 }, () => probe.newItem());
      const recorder = probe.work(done, { concurrency: 8 });
      const deliveries = await Promise.all(items.map((item) => probe.deliver(item)));
      if (!deliveries.every((delivery) => cameTo('stored', delivery)))
        throw new CaseFailure('Not all of 200 new keys were stored.');
      await recorder.run(200, 10_000);
      await recorder.expectRuns(200, 'for 200 items');
      const keys = new Set(recorder.runs.map(({ item }) => item.key));
      if (keys.size !== 200) throw new CaseFailure(`Only ${keys.size} of 200 items were worked on.`);
    },
  },
  {
    name: 'put: what is worked on, comes again later or is done is a duplicate',
    async run(probe) {
      const item = await probe.store();
      let finish: () => void = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const recorder = probe.work(async ({ attempt }) => {
        if (attempt === 1) return { kind: 'retry', after: 700, error: 'failed' };
        await finished;
        return { kind: 'done' };
      });
      await recorder.run(1);
      await probe.pass(200);
      await probe.expectPut('duplicate', item, 'for an item that comes again later');
      await recorder.run(2);
      await probe.expectPut('duplicate', item, 'for an item that is worked on');
      finish();
      await probe.pass(300);
      await probe.expectPut('duplicate', item, 'for an item that is done');
      await recorder.expectRuns(2, 'after duplicates');
    },
  },
  {
    name: 'payload: an event comes back as it was',
    async run(probe) {
      const event = newEvent({
        id: `198:"quoted" \\ ' ; -- %s {json} \u00e8\u20ac\ud83d\ude00 \u2028 \u0000 <b>`,
        ids: ['a', '\u00e8', '1'],
        companyId: Number.MAX_SAFE_INTEGER,
      });
      const item = await probe.store({ payload: { kind: 'event', event }, name: `n\u00e8'"` });
      const { item: worked } = await probe.work(done).run(1);
      expectPayload(worked.payload, item.payload);
      expectSame(worked.name, item.name, 'the name');
    },
  },
  {
    name: 'payload: what could not be read comes back as it was',
    async run(probe) {
      const item = await probe.store({
        name: '',
        payload: {
          kind: 'raw',
          headers: [
            ['ce-id', '198:a'],
            ['ce-id', '198:b'],
            ['x-\u00e8', ''],
          ],
          body: 'AQIDAA==',
          claims: {
            issuer: 'https://api-v2.fattureincloud.it',
            subject: 'company:1',
            tokenId: '198:a',
            applicationId: 1,
            expiresAt: 1_700_000_000_000,
          },
        },
      });
      const { item: worked } = await probe.work(done).run(1);
      expectPayload(worked.payload, item.payload);
      expectSame(worked.name, '', 'the name');
    },
  },
  {
    name: 'payload: a megabyte',
    async run(probe) {
      const ids = Array.from({ length: 110_000 }, (_, index) => 300_000_000 + index);
      const item = await probe.store({ payload: { kind: 'event', event: newEvent({ ids }) } });
      const { item: worked } = await probe.work(done).run(1);
      expectPayload(worked.payload, item.payload);
    },
  },
];
