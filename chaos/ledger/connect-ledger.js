import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} Ledger
 * @property {(record: object) => Promise<number>} keep Resolves when the record is on the disk, with the number of the run for a start.
 */

/**
 * Connects this process with the ledger.
 *
 * @param {string} socketPath
 * @returns {Promise<Ledger>}
 */
export async function connectLedger(socketPath) {
  const socket = connect(socketPath);
  await once(socket, 'connect');
  /** @type {Map<number, (run: number) => void>} */
  const waiting = new Map();
  let last = 0;
  createInterface({ input: socket }).on('line', (line) => {
    const { number, run } = JSON.parse(line);
    waiting.get(number)?.(run);
    waiting.delete(number);
  });
  return {
    keep: (record) =>
      new Promise((resolve) => {
        last++;
        waiting.set(last, resolve);
        socket.write(`${JSON.stringify({ ...record, number: last })}\n`);
      }),
  };
}
