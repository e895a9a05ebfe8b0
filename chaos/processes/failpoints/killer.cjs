/** A thread that ends the process at a moment that the caller cannot: while it is inside of a library. */
const { Worker } = require('node:worker_threads');
const { announce } = require('./failpoint.cjs');

const program = `
  const { workerData } = require('node:worker_threads');
  const orders = new Int32Array(workerData);
  Atomics.wait(orders, 0, 0);
  const until = process.hrtime.bigint() + BigInt(orders[1]) * 1000n;
  while (process.hrtime.bigint() < until);
  process.kill(process.pid, 'SIGKILL');
`;

function createKiller() {
  const orders = new Int32Array(new SharedArrayBuffer(8));
  const thread = new Worker(program, {
    eval: true,
    workerData: orders.buffer,
    // Without the failpoints, whose thread this is.
    execArgv: [],
    env: {},
  });
  thread.unref();
  return {
    /** @param {string} point @param {number} microseconds */
    killWithin(point, microseconds) {
      announce(point);
      orders[1] = Math.round(microseconds);
      Atomics.store(orders, 0, 1);
      Atomics.notify(orders, 0);
    },
  };
}

module.exports = { createKiller };
