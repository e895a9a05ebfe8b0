import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanUpAtExit } from '../../scripts/clean-up-at-exit.js';
import random from '../plan/random.cjs';
import { chooseArms } from './choose-arms.js';
import { startProcess } from './start-process.js';

/** Milliseconds between two stops: what waits for its answer is answered. */
const betweenStops = 700;
/** Milliseconds between two ends in peace, on average. */
const betweenReleases = 6_000;

/**
 * @typedef {object} Slot A process under test, which is started again whenever it ends.
 * @property {string} name
 * @property {number} [port]
 * @property {boolean} works
 * @property {readonly string[]} points Where it can be killed.
 */

/**
 * Starts the processes of a round, and starts each again when it has ended.
 *
 * @param {object} options
 * @param {readonly Slot[]} options.slots
 * @param {string} options.root The folder with `processes/`.
 * @param {string} options.folder
 * @param {number} options.seed
 * @param {readonly [from: number, to: number]} options.fuse See `chooseArms`.
 * @param {readonly string[]} options.libraries That hold failpoints.
 * @param {ReadonlyMap<string, number>} options.hitsBefore Of an earlier round.
 * @param {boolean} options.releases Whether processes are ended in peace now and then.
 * @param {() => Promise<boolean>} options.isBlocked Whether a process that was just stopped keeps the others from the database.
 * @param {import('./ceasefire.js').Ceasefire} options.ceasefire
 * @param {Awaited<ReturnType<typeof import('../ledger/start-ledger.js').startLedger>>} options.ledger
 * @param {Omit<import('../processes/receive.js').ProcessOptions, 'port' | 'works' | 'socketPath'>} options.application
 */
export function supervise(options) {
  const {
    slots,
    root,
    folder,
    seed,
    fuse,
    hitsBefore,
    libraries,
    ceasefire,
    ledger,
    application,
    isBlocked,
  } = options;
  /** @type {Map<string, import('node:child_process').ChildProcess>} */
  const children = new Map();
  /** How often each failpoint was hit. @type {Map<string, number>} */
  const hits = new Map();
  const output = createWriteStream(join(folder, 'output.log'), { flags: 'a' });
  const forget = cleanUpAtExit(() => {
    for (const child of children.values()) child.kill('SIGKILL');
  });
  let lastStop = Promise.resolve();
  /** Those that have handled something. @type {WeakSet<import('node:child_process').ChildProcess>} */
  const working = new WeakSet();
  let isOver = false;
  let lastTrouble = 0;
  const next = random.createRandom(random.mixSeed(seed, 'arms'));
  const keepers = slots.map((slot) => keepUp(slot));
  const releasing = new AbortController();
  let releases = 0;
  const releaser = release(slots.filter((slot) => options.releases && slot.works && slot.port === undefined));

  /** @param {Slot} slot */
  async function keepUp(slot) {
    for (let life = 1; !isOver; life++) {
      const { child, exit } = start(slot, life);
      const [code, signal] = await exit;
      children.delete(slot.name);
      if (code !== 0) lastTrouble = performance.now();
      await ledger.keep({ is: 'exit', slot: slot.name, pid: child.pid, code, signal });
      await countHits();
    }
  }

  /** @param {Slot} slot @param {number} life */
  function start({ name, port, works, points }, life) {
    const arms = {
      seed: random.mixSeed(seed, name, life),
      ...chooseArms({ points, hits: addUp(hits, hitsBefore), fuse, next }),
      points,
      hitsPath: ledger.hitsPath,
      ceasefirePath: ceasefire.path,
      libraries,
    };
    const child = startProcess({
      ...{ root, program: 'receive.js', arms },
      told: { ...application, socketPath: ledger.socketPath, port, works },
    });
    child.stdout?.pipe(output, { end: false });
    child.stderr?.pipe(output, { end: false });
    children.set(name, child);
    void ledger.keep({ is: 'up', slot: name, pid: child.pid, port });
    child.on(
      'message',
      (/** @type {{ is: 'ready' | 'working' | 'stop-me', milliseconds: number }} */ message) => {
        if (message.is === 'working') {
          working.add(child);
          // The log is copied when a process ends: this one need not wait for its turn.
          if (arms.point === 'checkpoint')
            setTimeout(() => child.connected && child.send('close', () => {}), 1_500);
        }
        if (message.is === 'stop-me') stop(child, message.milliseconds);
      },
    );
    return { child, exit: once(child, 'exit') };
  }

  /**
   * Stops a process once. One at a time, so that there is somebody to take over what it had.
   *
   * @param {import('node:child_process').ChildProcess} child
   * @param {number} milliseconds
   */
  function stop(child, milliseconds) {
    const stopped = lastStop.then(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const from = Date.now();
      child.kill('SIGSTOP');
      let blocks = await isBlocked();
      // While it holds the lock nobody can take over what it had: a little later it does not.
      for (let turn = 0; blocks && turn < 10; turn++) {
        child.kill('SIGCONT');
        await pause(30);
        child.kill('SIGSTOP');
        blocks = await isBlocked();
      }
      await pause(milliseconds);
      const to = Date.now();
      child.kill('SIGCONT');
      lastTrouble = performance.now();
      await ledger.keep({ is: 'stopped', pid: child.pid, from, to });
      // What it held keeps all others from the database as well.
      if (blocks) await ledger.keep({ is: 'fault', name: 'stopped with the lock', from, to });
      if (child.connected) child.send('went-on', () => {});
    });
    lastStop = stopped.then(() => pause(betweenStops));
    ceasefire.waitFor(stopped);
  }

  /**
   * Ends one process after another in peace, as a deployment does. Those only that no request is sent to.
   *
   * @param {readonly Slot[]} idle
   */
  async function release(idle) {
    const next = random.createRandom(random.mixSeed(seed, 'releases'));
    for (let turn = 0; idle.length > 0; turn++) {
      try {
        await pause(betweenReleases * (0.5 + next()), undefined, { signal: releasing.signal });
      } catch {
        return;
      }
      const child = children.get(idle[turn % idle.length]?.name ?? '');
      // On a slow machine it may just have been started.
      if (!child?.connected || !working.has(child)) continue;
      child.send('close', () => {});
      releases++;
    }
  }

  async function countHits() {
    const records = await ledger.readHits();
    // Of two that end together both count: all at once, so that nothing is counted twice.
    hits.clear();
    for (const record of records) {
      if (record.is === 'hit') hits.set(record.point, (hits.get(record.point) ?? 0) + 1);
    }
  }

  return {
    hits,
    /** When a process died last that was not ended in peace, or went on after it was stopped, by `performance.now()`. */
    get lastTrouble() {
      return lastTrouble;
    },
    /** How often a process was ended in peace. */
    get releases() {
      return releases;
    },
    /** Ends all processes in peace, those that do not by force. */
    async stop() {
      isOver = true;
      releasing.abort();
      await releaser;
      for (const child of children.values()) if (child.connected) child.send('close');
      const late = setTimeout(() => {
        for (const child of children.values()) child.kill('SIGKILL');
      }, 10_000);
      await Promise.all(keepers);
      clearTimeout(late);
      forget();
      output.end();
    },
  };
}

/** @param {ReadonlyMap<string, number>} some @param {ReadonlyMap<string, number>} others */
function addUp(some, others) {
  return new Map(
    [...some.keys(), ...others.keys()].map((key) => [key, (some.get(key) ?? 0) + (others.get(key) ?? 0)]),
  );
}
