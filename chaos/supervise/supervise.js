import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanUpAtExit } from '../../scripts/clean-up-at-exit.js';
import random from '../plan/random.cjs';
import { chooseArms } from './choose-arms.js';

/**
 * @typedef {object} Slot A process under test, which is started again whenever it ends.
 * @property {string} name
 * @property {number} [port]
 * @property {boolean} works
 * @property {readonly import('./choose-arms.js').Failpoint[]} points
 */

/**
 * Starts the processes of a round, and starts each again when it has ended.
 *
 * @param {object} options
 * @param {readonly Slot[]} options.slots
 * @param {string} options.root The folder with `processes/`.
 * @param {string} options.folder
 * @param {number} options.seed
 * @param {readonly string[]} options.libraries That hold failpoints.
 * @param {import('./ceasefire.js').Ceasefire} options.ceasefire
 * @param {Awaited<ReturnType<typeof import('../ledger/start-ledger.js').startLedger>>} options.ledger
 * @param {Omit<import('../processes/receive.js').ProcessOptions, 'port' | 'works' | 'socketPath'>} options.application
 */
export function supervise({ slots, root, folder, seed, libraries, ceasefire, ledger, application }) {
  /** @type {Map<string, import('node:child_process').ChildProcess>} */
  const children = new Map();
  /** How often each failpoint was hit. @type {Map<string, number>} */
  const hits = new Map();
  const output = createWriteStream(join(folder, 'output.log'), { flags: 'a' });
  const forget = cleanUpAtExit(() => {
    for (const child of children.values()) child.kill('SIGKILL');
  });
  let isOver = false;
  const keepers = slots.map((slot) => keepUp(slot));

  /** @param {Slot} slot */
  async function keepUp(slot) {
    for (let life = 1; !isOver; life++) {
      const { child, exit } = start(slot, life);
      const [code, signal] = await exit;
      children.delete(slot.name);
      await ledger.keep({ is: 'exit', slot: slot.name, pid: child.pid, code, signal });
      await countHits();
    }
  }

  /** @param {Slot} slot @param {number} life */
  function start({ name, port, works, points }, life) {
    const arms = {
      seed: random.mixSeed(seed, name, life),
      points: chooseArms(points, hits),
      hitsPath: ledger.hitsPath,
      ceasefirePath: ceasefire.path,
      libraries,
    };
    const child = fork(join(root, 'processes/receive.js'), [], {
      execArgv: ['--require', join(root, 'processes/failpoints/preload.cjs')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        CHAOS_FAILPOINTS: JSON.stringify(arms),
        CHAOS_PROCESS: JSON.stringify({ ...application, socketPath: ledger.socketPath, port, works }),
      },
    });
    child.stdout?.pipe(output, { end: false });
    child.stderr?.pipe(output, { end: false });
    children.set(name, child);
    void ledger.keep({ is: 'up', slot: name, pid: child.pid, port });
    child.on('message', (/** @type {{ is: string, milliseconds: number }} */ message) => {
      if (message.is === 'stop-me') void stopFor(child, message.milliseconds);
    });
    return { child, exit: once(child, 'exit') };
  }

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {number} milliseconds
   */
  async function stopFor(child, milliseconds) {
    const from = Date.now();
    child.kill('SIGSTOP');
    await pause(milliseconds);
    const to = Date.now();
    child.kill('SIGCONT');
    await ledger.keep({ is: 'stopped', pid: child.pid, from, to });
  }

  async function countHits() {
    hits.clear();
    for (const record of await ledger.read()) {
      if (record.is === 'hit') hits.set(record.point, (hits.get(record.point) ?? 0) + 1);
    }
  }

  return {
    hits,
    /** Ends all processes in peace, those that do not by force. */
    async stop() {
      isOver = true;
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
