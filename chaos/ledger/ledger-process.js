/**
 * The process that keeps the ledger: takes lines of JSON on a local socket, appends them to a file, and confirms each once
 * it has been fsynced. It has nothing in common with the product or with its databases, and is never killed.
 */
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Milliseconds that a group may take before it is worth a record: until it is on the disk its senders wait. */
const late = 400;

const [socketPath = '', filePath = ''] = process.argv.slice(2);
const file = await open(filePath, 'a');

/** @type {{ line: string, confirm: () => void }[]} */
let waiting = [];
let isWriting = false;
/** Runs of each handler for each event, so that a handler can tell its first one. @type {Map<string, number>} */
const runs = new Map();

async function write() {
  if (isWriting) return;
  isWriting = true;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    const from = Date.now();
    await append(group.map(({ line }) => line));
    const to = Date.now();
    if (to - from > late) {
      await append([JSON.stringify({ is: 'fault', name: 'slow ledger', from, to, at: to })]);
    }
    for (const { confirm } of group) confirm();
  }
  isWriting = false;
}

/** @param {readonly string[]} lines */
async function append(lines) {
  await file.appendFile(lines.map((line) => `${line}\n`).join(''));
  await file.datasync();
}

createServer((socket) => {
  const lines = createInterface({ input: socket });
  // A process that was killed.
  socket.on('error', () => socket.destroy());
  lines.on('error', () => socket.destroy());
  lines.on('line', (text) => {
    const { number, ...record } = JSON.parse(text);
    let { run } = record;
    if (record.is === 'start') {
      run = (runs.get(`${record.id} ${record.handler}`) ?? 0) + 1;
      runs.set(`${record.id} ${record.handler}`, run);
    }
    const line = JSON.stringify({ at: Date.now(), ...record, run });
    waiting.push({
      line,
      confirm: () => {
        if (number !== undefined && socket.writable) socket.write(`${JSON.stringify({ number, run })}\n`);
      },
    });
    void write();
  });
}).listen(socketPath, () => process.send?.('ready'));

// The ledger ends with the run, whose channel this is, and not before the last line has been written.
process.on('disconnect', () => process.exit(waiting.length === 0 && !isWriting ? 0 : 1));
