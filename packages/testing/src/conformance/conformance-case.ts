import type { SuiteCase } from '../suite/suite-case.js';
import type { TestEvent } from '../test-event.js';
import { type ExpectedRefusal, expectEcho, expectRefusal, expectSuccess } from './expect-answer.js';
import type { ChallengeTamper, Delivery, NotificationTamper, Probe } from './probe.js';

/** One case of the conformance suite. */
export type ConformanceCase = SuiteCase<Probe>;

/** How a case writes its notification: plain tampering, or a function that needs the probe for it. */
export type NotificationRecipe =
  | (NotificationTamper & { readonly event?: TestEvent })
  | ((probe: Probe) => Delivery);

/** How a case writes its verification request. */
export type ChallengeRecipe = ChallengeTamper | ((probe: Probe) => ChallengeTamper);

/** What a case says about an answer other than a success. */
export type Refusal = Omit<ExpectedRefusal, 'secrets'>;

/** 401: it cannot be from Fatture in Cloud. */
export const unauthorized = (...codes: string[]): Refusal => ({ status: 401, codes });
/** 503: signed by Fatture in Cloud or perhaps so, and not handled. */
export const saveable = (...codes: string[]): Refusal => ({ status: 503, codes });
/** 503, or 202 where an inbox keeps it as a dead letter. */
export const keepable = (...codes: string[]): Refusal => ({ status: 503, codes, mayBeKept: true });

/** The notification must be answered with a success and reach a handler. */
export function acceptNotification(name: string, recipe: NotificationRecipe = {}): ConformanceCase {
  return {
    name,
    async run(probe) {
      const { request, event } = cook(recipe, probe);
      expectSuccess(await probe.send(request), probe.successStatuses);
      await probe.ledger.expectHandled(event);
    },
  };
}

/** The notification must be answered with a success; whether a handler sees it is up to the app. */
export function acknowledgeNotification(name: string, recipe: NotificationRecipe): ConformanceCase {
  return {
    name,
    async run(probe) {
      expectSuccess(await probe.send(cook(recipe, probe).request), probe.successStatuses);
    },
  };
}

/** The notification must be refused and reach no handler. */
export function refuseNotification(
  name: string,
  refusal: Refusal,
  recipe: NotificationRecipe,
): ConformanceCase {
  return {
    name,
    async run(probe) {
      const { request, event } = cook(recipe, probe);
      expectRefusal(await probe.send(request), { ...refusal, secrets: secretsOf(request.headers) });
      await probe.ledger.expectNotHandled(event.id);
    },
  };
}

/** The challenge must be echoed. */
export function echoChallenge(name: string, recipe: ChallengeRecipe = {}): ConformanceCase {
  return {
    name,
    async run(probe) {
      const { request, challenge } = probe.challenge(typeof recipe === 'function' ? recipe(probe) : recipe);
      expectEcho(await probe.send(request), challenge);
    },
  };
}

/** The verification request must be refused. */
export function refuseChallenge(name: string, refusal: Refusal, recipe: ChallengeRecipe): ConformanceCase {
  return {
    name,
    async run(probe) {
      const { request } = probe.challenge(typeof recipe === 'function' ? recipe(probe) : recipe);
      expectRefusal(await probe.send(request), { ...refusal, secrets: secretsOf(request.headers) });
    },
  };
}

/** What stands after the scheme of each Authorization header. Short ones might stand in a text by chance. */
export function secretsOf(headers: readonly (readonly [string, string])[]): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .map(([, value]) => value.slice(value.indexOf(' ') + 1))
    .filter((token) => token.length > 20);
}

function cook(recipe: NotificationRecipe, probe: Probe): Delivery {
  if (typeof recipe === 'function') return recipe(probe);
  const { event, ...tamper } = recipe;
  return probe.notify(event, tamper);
}
