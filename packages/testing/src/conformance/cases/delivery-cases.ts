import { CaseFailure, CaseSkip } from '../../suite/suite-case.js';
import type { TestEvent } from '../../test-event.js';
import { type ConformanceCase, secretsOf } from '../conformance-case.js';
import type { HandledEvent } from '../conformance-options.js';
import { expectRefusal, expectSuccess, unexpected } from '../expect-answer.js';
import type { Delivery, NotificationTamper, Probe } from '../probe.js';
import { fetchHeader, readProblem } from '../read-answer.js';

/** The same event coming again, in all the ways it does. */
export const deliveryCases: readonly ConformanceCase[] = [
  repeat('delivery: the same again'),
  repeat('delivery: the same again with a new token', { expiresIn: 2 * 60 * 60 * 1000 }),
  repeat('delivery: the same again in the other mode', { mode: 'structured' }),
  repeat('delivery: the same again at another time', { attributes: { time: '2030-01-01T00:00:00Z' } }),
  {
    name: 'delivery: five twins at once are handled once',
    async run(probe) {
      needHandled(probe);
      const delivery = probe.notify();
      const answers = await Promise.all(Array.from({ length: 5 }, () => probe.send(delivery.request)));
      for (const answer of answers) {
        if (readProblem(answer)?.['code'] !== 'in-progress') expectSuccess(answer, probe.successStatuses);
        else if (answer.status !== 503 || fetchHeader(answer, 'retry-after') === undefined) {
          throw unexpected(answer, '503 in-progress with Retry-After');
        }
      }
      if (!answers.some(({ status }) => probe.successStatuses.includes(status))) {
        throw new CaseFailure(
          'Five equal deliveries at once all got 503; one of them should have been handled.',
        );
      }
      await probe.ledger.expectHandled(delivery.event);
    },
  },
  {
    name: 'delivery: twenty events at once are handled once each',
    async run(probe) {
      needHandled(probe);
      const deliveries = Array.from({ length: 20 }, (_, index) => probe.notify({ ids: [index + 1] }));
      const answers = await Promise.all(deliveries.map(({ request }) => probe.send(request)));
      for (const answer of answers) expectSuccess(answer, probe.successStatuses);
      for (const { event } of deliveries) await probe.ledger.expectHandled(event);
    },
  },
  conflict('delivery: same id, other ids', (probe, { event }) => probe.notify({ id: event.id, ids: [999] })),
  conflict('delivery: same id, other type', (probe, { event }) =>
    probe.notify({ ...repeatOf(event), name: 'entities.clients.delete' }),
  ),
  conflict('delivery: same id, other company', (probe, { event }) =>
    probe.notify({ ...repeatOf(event), companyId: 999_999 }),
  ),
  {
    name: 'delivery: same id, other ids, at once',
    async run(probe) {
      const first = probe.notify();
      const second = probe.notify({ id: first.event.id, ids: [999] });
      const answers = await Promise.all([probe.send(first.request), probe.send(second.request)]);
      const accepted = answers.filter(({ status }) => probe.successStatuses.includes(status));
      const settled = accepted.filter(({ status }) => status !== 202);
      if (accepted.length === 0 || settled.length > 1) {
        throw new CaseFailure(
          `Of two events with one id exactly one should succeed; ${accepted.length} did.`,
        );
      }
      for (const answer of answers) {
        if (!accepted.includes(answer))
          expectRefusal(answer, { status: 503, codes: ['conflict', 'in-progress'] });
      }
      // Which of the two came first cannot be told from outside.
      await probe.ledger.expectHandled({ id: first.event.id });
    },
  },
  {
    name: 'delivery: a handler fails, the retry is handled',
    async run(probe) {
      if (probe.failNext === undefined) {
        throw new CaseSkip('Needs `failNext`: a function that makes the next run of a handler fail.');
      }
      const { request, event } = probe.notify();
      await probe.failNext();
      const first = await probe.send(request);
      // An inbox has stored the event: it has nothing to say about handlers, and tries again by itself.
      if (first.status !== 202) {
        expectRefusal(first, { status: 500, codes: ['handler-failed'], secrets: secretsOf(request.headers) });
        await probe.ledger.expectNotHandledYet(event.id);
      }
      expectSuccess(await probe.send(request), probe.successStatuses);
      await probe.ledger.expectHandled(event);
    },
  },
];

function repeat(name: string, tamper: NotificationTamper = {}): ConformanceCase {
  return {
    name,
    async run(probe) {
      const first = probe.notify();
      expectSuccess(await probe.send(first.request), probe.successStatuses);
      await probe.ledger.expectHandled(first.event);
      const again = Object.keys(tamper).length === 0 ? first : probe.notify({ id: first.event.id }, tamper);
      const answer = await probe.send(again.request);
      if (!probe.successStatuses.includes(answer.status)) {
        throw unexpected(answer, `${probe.successStatuses.join(' or ')} for an event that has been handled`);
      }
      // The same event: a second run shows here, or at the end of the suite.
      await probe.ledger.expectHandled(first.event);
    },
  };
}

/** One token can be sent with any body, so whatever comes second under one id is not to be trusted. */
function conflict(name: string, makeSecond: (probe: Probe, first: Delivery) => Delivery): ConformanceCase {
  return {
    name,
    async run(probe) {
      const first = probe.notify();
      expectSuccess(await probe.send(first.request), probe.successStatuses);
      await probe.ledger.expectHandled(first.event);
      const { request } = makeSecond(probe, first);
      expectRefusal(await probe.send(request), {
        status: 503,
        codes: ['conflict'],
        mayBeKept: true,
        secrets: secretsOf(request.headers),
      });
      // Still once, and with the content that came first.
      await probe.ledger.expectHandled(first.event);
    },
  };
}

function repeatOf({ id, ids = [] }: HandledEvent): TestEvent {
  return { id, ids };
}

function needHandled(probe: Probe): void {
  if (!probe.ledger.sees) {
    throw new CaseSkip(
      'Needs `handled`: a function that gives the events, or their ids, that handlers have handled.',
    );
  }
}
