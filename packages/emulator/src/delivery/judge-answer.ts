import type { AttemptFailureCode, Verdict } from '../model/attempt.js';
import type { Delivery } from '../model/delivery.js';
import type { ServiceBehaviour } from '../model/service-behaviour.js';

/** What came back from a sink. */
export interface Answer {
  readonly response: { readonly status: number; readonly body: string } | null;
  readonly failure: { readonly code: AttemptFailureCode; readonly message: string } | null;
}

/** A verdict and its reason in one sentence. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly why: string;
}

/** An event is sent at most four times. */
const maximumAttempts = 4;

const successes: readonly number[] = [200, 201, 202, 204];

/** Failures after which the connection is said to have broken, in contrast to a late answer. */
const resets: readonly AttemptFailureCode[] = [
  'refused',
  'reset',
  'connection-dropped',
  'name-unknown',
  'tls',
];

/**
 * What Fatture in Cloud makes of an answer to a notification: 200, 201, 202 and 204 are success, 5xx is tried again up
 * to four times in all, 410 deletes the subscription, all else drops the event. Redirects are never followed.
 *
 * @param attempt - The number of this attempt, from 1.
 */
export function judgeNotification(answer: Answer, attempt: number, behaviour: ServiceBehaviour): Judgement {
  const { response, failure } = answer;
  if (response === null) return judgeFailure(failure, attempt, behaviour);
  const { status } = response;
  if (successes.includes(status)) return { verdict: 'delivered', why: `${status} is success.` };
  if (status === 410) return { verdict: 'deleted', why: '410 ends the subscription at once.' };
  if (status >= 500 && status <= 599) return retryOrDrop(`${status} is an error of the sink`, attempt);
  if (status >= 300 && status <= 399) {
    return {
      verdict: 'dropped',
      why: `${status} is a redirect, and redirects are never followed. The event is dropped.`,
    };
  }
  return {
    verdict: 'dropped',
    why: `${status} is neither success (200, 201, 202, 204) nor 5xx. The event is dropped.`,
  };
}

function judgeFailure(failure: Answer['failure'], attempt: number, behaviour: ServiceBehaviour): Judgement {
  const what = failure?.message ?? 'There was no answer.';
  const code = failure?.code ?? 'invalid-http';
  if (code === 'timeout' && behaviour.onTimeout === 'retried') return retryOrDrop(what, attempt);
  if (resets.includes(code) && behaviour.onReset === 'retried') return retryOrDrop(what, attempt);
  return { verdict: 'dropped', why: `${trimStop(what)}. The event is dropped.` };
}

function retryOrDrop(what: string, attempt: number): Judgement {
  return attempt < maximumAttempts
    ? {
        verdict: 'retry',
        why: `${trimStop(what)}. Attempt ${attempt} of ${maximumAttempts}: it will be sent again.`,
      }
    : {
        verdict: 'dropped',
        why: `${trimStop(what)}. This was attempt ${attempt} of ${maximumAttempts}: the event is dropped.`,
      };
}

function trimStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

/** What is said of a verification: exactly 200, and JSON with the challenge. */
export function judgeVerification(answer: Answer, delivery: Delivery): Judgement {
  const { response, failure } = answer;
  if (response === null) return { verdict: 'dropped', why: failure?.message ?? 'There was no answer.' };
  if (response.status !== 200) {
    return { verdict: 'dropped', why: `The answer must be 200, and it is ${response.status}.` };
  }
  const echoed = readVerification(response.body);
  if (echoed === delivery.eventId) return { verdict: 'delivered', why: 'The challenge was echoed.' };
  return {
    verdict: 'dropped',
    why:
      echoed === undefined
        ? 'The answer is not JSON such as {"verification":"<the challenge>"}.'
        : 'The answer holds another text than the challenge.',
  };
}

function readVerification(body: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(body) as { verification?: unknown } | null)?.verification;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
