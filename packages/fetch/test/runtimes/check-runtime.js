// node check-runtime.js [--path /prefix] -- <command that serves the endpoint>
// Starts an endpoint (see endpoint.js), runs the conformance suite and some checks that look at the connection against it, and
// writes what it found as JSON to standard output. Exits with 1 when an answer was lost or a late handler was cut off.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestKeyPair, runConformance, sendOverHttp, signNotification } from '@fic-webhooks/testing';
import { findFreePort } from '../../../../scripts/find-free-port.js';

const separator = process.argv.indexOf('--');
const own = process.argv.slice(2, separator);
const [command, ...commandArguments] = process.argv.slice(separator + 1);
const path = own[own.indexOf('--path') + 1] ?? '';

const sink = 'https://example.com/webhooks/fic';
const { privateKey, publicKey } = createTestKeyPair();
const port = await findFreePort();
const base = `http://127.0.0.1:${port}${path}`;
const webhook = `${base}/webhooks/fic`;

const child = spawn(command, commandArguments, {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {
    ...process.env,
    PORT: String(port),
    FIC_SINK: sink,
    FIC_APPLICATION_ID: '1234',
    FIC_PUBLIC_KEY: publicKey,
  },
});
try {
  await untilAnswering();
  const results = await runConformance({
    sink,
    privateKey,
    send: sendOverHttp(webhook),
    handled: getHandled,
    failNext: () => control('fail-next'),
  });
  const report = {
    passed: results.filter(({ result }) => result === 'pass').length,
    others: results.filter(({ result }) => result !== 'pass').map(({ name, why }) => ({ name, why })),
    unreadBodies: await checkUnreadBodies(),
    connection: await checkConnectionAfterRefusal(),
    lateHandler: await checkLateHandler(),
    hungUp: await checkHangUp(),
  };
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  child.kill();
  if (child.exitCode === null) await once(child, 'exit');
}

/** A sender without a token, with a body that is larger than any buffer: does it get its answer? */
async function checkUnreadBodies() {
  const answers = [];
  for (const megabytes of [1, 20]) {
    const body = Buffer.alloc(megabytes * 1024 * 1024, ' ');
    try {
      answers.push((await sendOverHttp(webhook)({ body })).status);
    } catch (error) {
      answers.push(error.message);
    }
  }
  return answers;
}

/** What becomes of a connection that would be kept after a refusal with a body that was not read. */
async function checkConnectionAfterRefusal() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const once = (body) =>
    new Promise((resolve) => {
      const sent = request(webhook, { method: 'POST', agent, headers: { 'content-length': body.length } });
      sent.on('response', (response) => {
        response.resume().on('end', () =>
          resolve({
            status: response.statusCode,
            connection: response.headers.connection,
            reused: sent.reusedSocket,
          }),
        );
      });
      sent.on('error', (error) => resolve({ error: error.code ?? error.message }));
      sent.end(body);
    });
  const answers = [await once(Buffer.alloc(100_000, ' ')), await once(Buffer.alloc(10, ' '))];
  agent.destroy();
  return answers;
}

/** The answer is 503 at the deadline; the handler goes on, and its success is remembered for the retry. */
async function checkLateHandler() {
  await control('slow-next?milliseconds=2500');
  const notification = signNotification({}, { privateKey, sink });
  const first = await sendOverHttp(webhook)(notification);
  const handled = await untilHandled(notification.headers['ce-id'], 10_000);
  const retry = await sendOverHttp(webhook)(notification);
  return { first: first.status, handled, retry: retry.status };
}

/** The sender hangs up in the middle of the handler. */
async function checkHangUp() {
  await control('slow-next?milliseconds=1000');
  const { headers, body } = signNotification({}, { privateKey, sink });
  const sent = request(webhook, { method: 'POST', headers });
  sent.on('error', () => {});
  sent.end(body);
  await sleep(300);
  sent.destroy();
  return { handled: await untilHandled(headers['ce-id'], 10_000) };
}

async function untilHandled(id, within) {
  const end = performance.now() + within;
  while (performance.now() < end) {
    if ((await getHandled()).some((event) => event.id === id)) return true;
    await sleep(100);
  }
  return false;
}

async function getHandled() {
  const { body } = await sendOverHttp(`${base}/control/handled`)({ method: 'GET' });
  return JSON.parse(body);
}

async function control(what) {
  const { status } = await sendOverHttp(`${base}/control/${what}`)({ method: 'POST' });
  if (status !== 204) throw new Error(`/control/${what} answered ${status}.`);
}

async function untilAnswering() {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if (child.exitCode !== null) throw new Error(`The endpoint ended with ${child.exitCode}.`);
    try {
      await getHandled();
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error('The endpoint did not answer within a minute.');
}
