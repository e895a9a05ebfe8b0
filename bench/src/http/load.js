import { Pool } from 'undici';
import { answerParent } from '../harness/child.js';
import { runConcurrently } from '../harness/run-concurrently.js';
import { signNotifications, webhookPath } from '../notifications.js';

/**
 * @typedef {object} LoadRequest
 * @property {number} port
 * @property {boolean} keepAlive - False opens a connection for each notification, as Fatture in Cloud does.
 * @property {number} connections
 */

/**
 * @typedef {object} LoadAnswer
 * @property {number} sent - Notifications, those before the clock started included.
 * @property {number} milliseconds - For those that count.
 * @property {number} elapsed - Milliseconds for all of them.
 * @property {number} counted
 * @property {number} processorTime - Milliseconds of this process, for those that count.
 */

const [count = '', privateKey = ''] = process.argv.slice(2);

// undici frames the message itself.
const framing = new Set(['host', 'connection', 'content-length']);

/** New ones for each run: a server remembers those of the runs before. */
function signRequests() {
  return signNotifications(Number(count), privateKey)
    .map((notification) => notification.arrive())
    .map(({ headerPairs, body }) => ({
      headers: headerPairs.filter(([name]) => !framing.has(name.toLowerCase())).flat(),
      body,
    }));
}

answerParent(async (/** @type {LoadRequest} */ { port, keepAlive, connections }) => {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  const send = async (/** @type {{ headers: string[], body: string }} */ { headers, body }) => {
    const answer = await pool.request({
      method: 'POST',
      path: webhookPath,
      headers,
      body,
      reset: !keepAlive,
    });
    await answer.body.dump();
    if (answer.statusCode !== 204) throw new Error(`A server answered ${answer.statusCode}.`);
  };
  const requests = signRequests();
  // A part of them goes ahead, so that the connections and the code are warm.
  const ahead = Math.ceil(requests.length / 6);
  const beginning = performance.now();
  await runConcurrently(requests.slice(0, ahead), connections, send);
  const usage = process.cpuUsage();
  const start = performance.now();
  await runConcurrently(requests.slice(ahead), connections, send);
  const end = performance.now();
  const { user, system } = process.cpuUsage(usage);
  await pool.close();
  const counted = requests.length - ahead;
  return {
    sent: requests.length,
    milliseconds: end - start,
    elapsed: end - beginning,
    counted,
    processorTime: (user + system) / 1000,
  };
});
