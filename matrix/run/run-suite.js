import { conformanceCaseNames, runConformance, sendOverHttp } from '@fic-webhooks/testing';
import { recordAnswer } from './record-answer.js';

/**
 * @typedef {import('./record-answer.js').Answer} Answer
 * @typedef {import('@fic-webhooks/testing').CaseResult} CaseResult
 * @typedef {import('@fic-webhooks/testing').ConformanceOptions} ConformanceOptions
 *
 * @typedef {object} Target
 * @property {string} url Of the webhook.
 * @property {string} control The URL under which its control answers.
 * @property {Pick<ConformanceOptions, 'sink' | 'privateKey' | 'applicationId'>} keys
 */

/** The limits are for dead endpoints only: the machine may be busy. */
const patience = 30_000;

/**
 * Runs the conformance suite over HTTP.
 *
 * @param {Target} target
 * @returns {Promise<CaseResult[]>}
 */
export function runSuite(target) {
  return runConformance(createOptions(target));
}

/**
 * The answers to the requests of each case, in the order in which they were sent. The cases run one by one: nothing else
 * tells which of them a request belongs to.
 *
 * @param {Target} target
 * @returns {Promise<Map<string, Answer[]>>}
 */
export async function recordAnswers(target) {
  const options = createOptions(target);
  /** @type {Map<string, Answer[]>} */
  const recorded = new Map();
  for (const name of conformanceCaseNames) {
    /** @type {Answer[]} */
    const answers = [];
    let sent = 0;
    await runConformance({
      ...options,
      cases: [name],
      async send(request) {
        const index = sent++;
        // Otherwise every answer would end its connection, and nothing could be seen of who wanted that.
        const headers = /** @type {typeof request.headers} */ ([
          ...request.headers,
          ['Connection', 'keep-alive'],
        ]);
        const response = await options.send({ ...request, headers });
        answers[index] = recordAnswer(request, response);
        return response;
      },
    });
    recorded.set(name, answers);
  }
  return recorded;
}

/**
 * @param {Target} target
 * @returns {ConformanceOptions}
 */
function createOptions({ url, control, keys }) {
  return {
    ...keys,
    send: sendOverHttp(url, { timeout: patience }),
    answerWithin: patience,
    handledWithin: patience,
    handled: async () =>
      /** @type {import('@fic-webhooks/testing').HandledEvent[]} */ (await (await ask('handled')).json()),
    failNext: () => ask('fail-next', { method: 'POST' }),
  };

  /**
   * @param {string} call
   * @param {RequestInit} [init]
   */
  async function ask(call, init) {
    const response = await fetch(`${control}/${call}`, init);
    if (!response.ok) throw new Error(`The control of the endpoint answered ${response.status}.`);
    return response;
  }
}
