import { type CaseResult, runConformance, type Send, sendOverHttp } from '@fic-webhooks/testing';
import type { WantedConformance } from './read-conformance.js';

/** What became of a case, and how long it took. */
export interface TimedResult extends CaseResult {
  readonly milliseconds: number;
}

/** Requests without an answer in a row after which no more are sent: each would cost its whole time limit. */
const patience = 3;

/**
 * Runs the cases one after another, each by itself, so that progress can be told.
 *
 * @param onCase - Told before each case.
 */
export async function runCases(
  wanted: WantedConformance,
  onCase: (name: string) => void,
): Promise<TimedResult[]> {
  const { url, sink, privateKey, applicationId, successStatuses, answerWithin } = wanted;
  const send = makePatient(sendOverHttp(url, { timeout: answerWithin }));
  const results: TimedResult[] = [];
  for (const name of wanted.cases) {
    onCase(name);
    const start = performance.now();
    const [result] = await runConformance({
      sink,
      privateKey,
      send,
      // The sender ends it first, and so knows of every silence.
      answerWithin: answerWithin + 1_000,
      cases: [name],
      ...(applicationId !== undefined && { applicationId }),
      ...(successStatuses !== undefined && { successStatuses }),
    });
    if (result !== undefined)
      results.push({ ...result, milliseconds: Math.round(performance.now() - start) });
  }
  return results;
}

/** Gives up on an endpoint that does not answer. */
function makePatient(send: Send): Send {
  let silent = 0;
  let last: unknown;
  return async (request) => {
    if (silent >= patience) throw last;
    try {
      const answer = await send(request);
      silent = 0;
      return answer;
    } catch (error) {
      silent++;
      last = error;
      throw error;
    }
  };
}
