import { expect, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { trigger } from './support/control.js';
import { startCli, startEmulatorCli, waitFor } from './support/start-cli.js';
import { startSink } from './support/start-sink.js';

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops it cleanly', async (signal) => {
  const run = await startEmulatorCli();
  run.child.kill(signal);
  expect(await run.ended).toBe(0);
  await expect(fetch(`${run.ready.url}/_emulator/health`)).rejects.toThrow();
});

test('a signal stops it while a sink hangs', async () => {
  const sink = await startSink({ onEvent: () => {} });
  const run = await startEmulatorCli(['--sink', sink.url, '--behaviour', 'answerTimeout=10m']);
  await trigger(run.ready);
  await expect.poll(sink.arrived).toBe(1);
  const startedAt = performance.now();
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a signal stops it while it waits for a sink', async () => {
  const sink = `http://127.0.0.1:${await findFreePort()}/`;
  const run = await startEmulatorCli(['--sink', sink]);
  await waitFor(run, () => run.stderr().includes('Nothing listens at'));
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(0);
});

test('a signal stops it while a sink thinks about the challenge', async () => {
  // It accepts connections, and says nothing.
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const run = startCli([
    ...['emulator', '--port', '0', '--sink', `http://127.0.0.1:${port}/`],
    ...['--behaviour', 'answerTimeout=10m'],
  ]);
  await new Promise((resolve) => {
    let connections = 0;
    // The first one is the look whether something listens.
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      if (++connections === 2) resolve(undefined);
    });
  });
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  server.close();
});

test('the second signal ends it at once', async () => {
  // Its server never closes, so that only the second signal can end it.
  const neverCloses =
    "import { Server } from 'node:http'; Server.prototype.close = function () { return this; };";
  const run = await startEmulatorCli([], {
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(neverCloses)}`,
  });
  run.child.kill('SIGTERM');
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(1);
});

test('a reader that goes away does not end it', async () => {
  const sink = await startSink();
  const port = await findFreePort();
  const run = startCli(['emulator', '--port', String(port), '--sink', sink.url]);
  await waitFor(run, () => run.stderr().includes('SUB1 is verified'));
  run.child.stdout?.destroy();
  const inspectorUrl = `http://127.0.0.1:${port}/_emulator/`;
  for (const id of [1, 2, 3]) {
    await trigger({ inspectorUrl }, [id]);
    await expect.poll(() => sink.ids.length).toBe(id);
  }
  expect((await fetch(`${inspectorUrl}health`)).status).toBe(200);
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(run.stderr()).not.toContain('EPIPE');
});
