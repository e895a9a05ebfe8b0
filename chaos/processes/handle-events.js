import { kinds } from '../plan/kinds.js';
import { worker } from '../settings.js';

/**
 * @typedef {import('@fic-webhooks/core').FicReceiver} FicReceiver
 * @typedef {import('@fic-webhooks/core').FicEvent} FicEvent
 * @typedef {import('@fic-webhooks/core').FicContext} FicContext
 * @typedef {(event: FicEvent, context: FicContext) => unknown} Handler
 */

const pass = /** @type {(point: string) => void} */ (
  Reflect.get(globalThis, Symbol.for('chaos.pass')) ?? (() => {})
);
const isCalm = /** @type {() => boolean} */ (
  Reflect.get(globalThis, Symbol.for('chaos.isCalm')) ?? (() => false)
);

/**
 * Registers what the application under test does with events. Everything that happens is in the ledger before it goes on.
 *
 * @param {FicReceiver} receiver
 * @param {object} options
 * @param {import('../ledger/connect-ledger.js').Ledger} options.ledger
 * @param {(record: (is: string, event: FicEvent) => Promise<number>) => any} [options.transactional] With a database for such effects.
 */
export function handleEvents(receiver, { ledger, transactional }) {
  on('plain', kinds.plain.name, async ({ effect }) => {
    pass('mid-handler');
    await effect();
  });
  on('flaky', kinds.flaky.name, async ({ run, effect }) => {
    if (run === 1) throw new Error('The first run of this one fails.');
    await effect();
  });
  on('pair-first', kinds.pair.name, async ({ effect }) => {
    await effect();
    pass('after-effect');
  });
  on('pair-second', kinds.pair.name, async ({ run, effect }) => {
    if (run === 1) throw new Error('The first run of this one fails.');
    await effect();
  });
  on('later', kinds.later.name, async ({ run, effect, context }) => {
    if (run === 1) context.retryAfter(200);
    else await effect();
  });
  on('unlucky', kinds.unlucky.name, async ({ run, effect }) => {
    if (run <= 2) await crash();
    await effect();
  });
  on('zombie', kinds.zombie.name, async ({ run, effect, context }) => {
    if (run === 1) {
      await untilAllowed();
      await askToBeStopped(worker.lease + 700);
      // Long enough that its successor is at work, which would be disturbed by this.
      await pause(600);
      throw new Error('The lease of this run is over.');
    }
    // The first successor works for long: were the failure above taken for its own, another would begin beside it.
    if (run === 2) await Promise.race([pause(4_000), aborted(context.signal)]);
    if (!context.signal.aborted) await effect();
  });
  on('failing', kinds.failing.name, async () => {
    throw new Error('This one fails always.');
  });
  on('crashing', kinds.crashing.name, async () => {
    await crash();
  });
  if (transactional !== undefined) {
    receiver.on(
      kinds.transactional.name,
      transactional((is, event) =>
        ledger.keep({ is, id: event.id, handler: 'transactional', pid: process.pid }),
      ),
      { name: 'transactional' },
    );
  }

  /**
   * @param {string} handler
   * @param {string} pattern
   * @param {(run: { run: number, effect: () => Promise<unknown>, context: FicContext }) => Promise<unknown>} handle
   */
  function on(handler, pattern, handle) {
    const run = async (/** @type {FicEvent} */ event, /** @type {FicContext} */ context) => {
      const about = { id: event.id, handler, pid: process.pid };
      const number = await ledger.keep({ ...about, is: 'start' });
      sayOnce();
      let hasEffect = false;
      try {
        await handle({
          run: number,
          context,
          effect: () => {
            hasEffect = true;
            return ledger.keep({ ...about, is: 'effect', run: number });
          },
        });
      } catch (error) {
        await ledger.keep({ ...about, is: 'failed', run: number });
        throw error;
      }
      if (!hasEffect) {
        await ledger.keep({ ...about, is: 'failed', run: number });
        return;
      }
      pass('after-effect');
      await ledger.keep({ ...about, is: 'end', run: number });
    };
    receiver.on(/** @type {'*'} */ (pattern), run, { name: handler });
  }
}

let isSaid = false;

/** Tells the supervisor that this process has come to work. */
function sayOnce() {
  if (!isSaid) process.send?.({ is: 'working' });
  isSaid = true;
}

async function crash() {
  await untilAllowed();
  process.kill(process.pid, 'SIGKILL');
  await pause(10_000);
}

/** This process may be the one that a last request goes to. */
async function untilAllowed() {
  while (isCalm()) await pause(20);
}

/**
 * Lets the supervisor stop this process with SIGSTOP for so long.
 *
 * @param {number} milliseconds
 */
async function askToBeStopped(milliseconds) {
  const goesOn = new Promise((resolve) => {
    const listen = (/** @type {unknown} */ message) => {
      if (message !== 'went-on') return;
      process.off('message', listen);
      resolve(undefined);
    };
    process.on('message', listen);
  });
  process.send?.({ is: 'stop-me', milliseconds });
  await goesOn;
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** @param {AbortSignal} signal */
function aborted(signal) {
  return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
