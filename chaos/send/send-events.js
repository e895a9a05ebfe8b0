import { setTimeout as pause } from 'node:timers/promises';
import { SendError, sendOverHttp, signNotification } from '@fic-webhooks/testing';
import { kindOf } from '../plan/kinds.js';
import random from '../plan/random.cjs';
import { applicationId, retryDelays, sink } from '../settings.js';

/**
 * @typedef {import('../plan/plan-events.js').PlannedEvent} PlannedEvent
 * @typedef {'resets retried' | 'resets dropped'} Mode Whether the sender sends again what was reset. The service does not say.
 */

/** Requests at once. */
const requestsAtOnce = 24;
/** Events between their first request and their last. */
const eventsAtOnce = 1_000;
/** Events that wait in the inbox while new ones are sent: so many are worked through within seconds on a slow machine as well. */
const mostWaiting = 300;
/** Milliseconds between two looks at them. */
const lookEvery = 200;
/** No receiver takes so long. Longer than `answeredWithin`, so that the judge sees how late it was. */
const patience = 15_000;

/**
 * Plays the service: signs each event and sends it on a connection of its own, up to four times, until it is answered with
 * success. A refused connection is no request: it is tried again, there or at another process, until somebody listens.
 *
 * @param {object} options
 * @param {readonly PlannedEvent[]} options.events
 * @param {readonly number[]} options.ports
 * @param {string} options.privateKey
 * @param {Mode} options.mode
 * @param {number} options.seed
 * @param {{ keep(record: object): Promise<unknown> }} options.ledger
 * @param {Pick<import('../supervise/ceasefire.js').Ceasefire, 'ask' | 'release'>} options.ceasefire
 * @param {() => Promise<number>} [options.countWaiting] Of the inbox. Nothing new is sent while there are too many.
 * @param {(sent: number) => void} options.onProgress
 */
export async function sendEvents(options) {
  const { events, ports, privateKey, mode, seed, ledger, ceasefire, onProgress } = options;
  const next = random.createRandom(seed);
  const requests = createGate(requestsAtOnce);
  const open = createGate(eventsAtOnce);
  const send = new Map(
    ports.map((port) => [port, sendOverHttp(`http://127.0.0.1:${port}/`, { timeout: patience })]),
  );
  const pace = createPace(options.countWaiting);
  let sent = 0;
  await Promise.all(
    events.map((event) =>
      open(async () => {
        await pace();
        await ledger.keep({ is: 'generated', id: event.id, kind: event.kind });
        const isAccepted = await deliver(event);
        if (isAccepted && event.sent === 'again') {
          await pause(500 + next() * 3_000);
          await requests(() => attempt(event, choosePort()));
        }
        onProgress(++sent);
      }),
    ),
  );

  /** @param {PlannedEvent} event */
  async function deliver(event) {
    for (let number = 1; ; number++) {
      const isLast = number > retryDelays.length;
      if (isLast) await ceasefire.ask();
      // Twins: the service has lost its patience with a request, which still goes on.
      const copies = event.sent === 'twins' && number === 1 ? 2 : 1;
      const port = choosePort();
      const outcomes = await Promise.all(
        Array.from({ length: copies }, (_, copy) =>
          // Most twins meet in one process.
          requests(() => attempt(event, copy === 0 || next() < 0.7 ? port : choosePort())),
        ),
      );
      if (isLast) ceasefire.release();
      // The service is content with one success.
      if (outcomes.includes('accepted')) return true;
      const why = outcomes.includes('refused')
        ? 'refused'
        : mode === 'resets dropped' && outcomes.includes('reset')
          ? 'reset'
          : isLast
            ? 'attempts'
            : undefined;
      if (why !== undefined) {
        await ledger.keep({ is: 'drop', id: event.id, why });
        return false;
      }
      await pause((retryDelays[number - 1] ?? 0) * (0.75 + next() / 2));
    }
  }

  /**
   * @param {PlannedEvent} event
   * @param {number} port
   * @returns {Promise<'accepted' | 'retry' | 'reset' | 'refused'>}
   */
  async function attempt({ id, kind, number }, port) {
    let target = port;
    const notification = signNotification(
      { id, name: kindOf(kind).name, ids: [number + 1] },
      {
        privateKey,
        sink,
        applicationId,
        mode: next() < 0.5 ? 'binary' : 'structured',
        ...(kind === 'unreadable' && { body: '{"data":{"ids":[' }),
      },
    );
    for (;;) {
      const from = Date.now();
      const about = { is: 'attempt', id, port: target, from };
      try {
        const { status, headers } = await /** @type {ReturnType<typeof sendOverHttp>} */ (send.get(target))(
          notification,
        );
        const retryAfter = headers['retry-after'] !== undefined;
        await ledger.keep({ ...about, to: Date.now(), status, retryAfter });
        if (status >= 200 && status < 300) return 'accepted';
        return status >= 500 ? 'retry' : 'refused';
      } catch (error) {
        if (!(error instanceof SendError)) throw error;
        if (error.code === 'send-refused') {
          await pause(20);
          target = choosePort();
          continue;
        }
        const broken = error.code === 'send-timeout' ? 'timeout' : 'reset';
        await ledger.keep({ ...about, to: Date.now(), broken });
        return broken === 'reset' ? 'reset' : 'retry';
      }
    }
  }

  function choosePort() {
    return /** @type {number} */ (ports[Math.floor(next() * ports.length)]);
  }
}

/**
 * Gives a function that resolves when no more than so many events wait in the inbox.
 *
 * @param {() => Promise<number>} countWaiting
 * @returns {() => Promise<void>}
 */
function createPace(countWaiting = async () => 0) {
  /** @type {Promise<void> | undefined} */
  let looking;
  let lookedAt = 0;
  const look = async () => {
    // Not to be reached while it is stopped or killed: nor can anything be sent.
    while ((await countWaiting().catch(() => mostWaiting + 1)) > mostWaiting) await pause(lookEvery);
    lookedAt = performance.now();
    looking = undefined;
  };
  return async () => {
    if (looking === undefined && performance.now() - lookedAt > lookEvery) looking = look();
    await looking;
  };
}

/**
 * Runs functions, at most so many at once, in the order in which they came.
 *
 * @param {number} most
 * @returns {<T>(work: () => Promise<T>) => Promise<T>}
 */
function createGate(most) {
  let running = 0;
  /** @type {(() => void)[]} */
  const waiting = [];
  return async (work) => {
    if (running === most) await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    else running++;
    try {
      return await work();
    } finally {
      const first = waiting.shift();
      if (first === undefined) running--;
      else first();
    }
  };
}
