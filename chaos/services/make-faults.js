import { setTimeout as pause } from 'node:timers/promises';

/**
 * What is done to the server of a store: it is killed and started again, and it is stopped and goes on.
 *
 * @param {string} name
 * @param {object} server
 * @param {() => Promise<void>} server.kill
 * @param {() => Promise<void>} server.restart
 * @param {(signal: NodeJS.Signals) => void} server.signal
 * @returns {import('../supervise/inject-faults.js').Fault[]}
 */
export function makeFaults(name, { kill, restart, signal }) {
  return [
    {
      name: `${name} killed`,
      run: async (milliseconds) => {
        await kill();
        await pause(milliseconds);
        await restart();
      },
    },
    {
      name: `${name} stopped`,
      run: async (milliseconds) => {
        signal('SIGSTOP');
        await pause(milliseconds);
        signal('SIGCONT');
      },
    },
  ];
}
