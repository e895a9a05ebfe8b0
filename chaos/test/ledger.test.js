import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectLedger } from '../ledger/connect-ledger.js';
import { startLedger } from '../ledger/start-ledger.js';

async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return startLedger(folder);
}

test('what was confirmed is in the file, in the order of each writer', async () => {
  const ledger = await start();
  const other = await connectLedger(ledger.socketPath);
  await Promise.all([1, 2, 3].map((to) => ledger.keep({ is: 'fault', name: 'a', from: 0, to })));
  await other.keep({ is: 'fault', name: 'b', from: 0, to: 9 });
  const records = /** @type {{ name: string, to: number }[]} */ (
    /** @type {unknown} */ (await ledger.read())
  );
  expect(records.filter(({ name }) => name === 'a').map(({ to }) => to)).toEqual([1, 2, 3]);
  expect(records.at(-1)).toMatchObject({ name: 'b', to: 9, at: expect.any(Number) });
  await ledger.stop();
});

test('runs of a handler are counted across processes', async () => {
  const ledger = await start();
  const other = await connectLedger(ledger.socketPath);
  const run = { is: 'start', id: 'a', pid: 1 };
  expect(await ledger.keep({ ...run, handler: 'one' })).toBe(1);
  expect(await other.keep({ ...run, handler: 'one' })).toBe(2);
  expect(await other.keep({ ...run, handler: 'other' })).toBe(1);
  await ledger.stop();
});
