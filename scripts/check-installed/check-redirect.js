import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startApp } from './start-app.js';
import { startServices } from './start-services.js';

/**
 * An event that is answered with a redirect, where it is passed on to, has not been passed on: it must fail, and come again.
 *
 * @param {import('./check-draining.js').Copy} copy
 */
export async function checkRedirect({ example: { server, ready, calls }, folder, env, kit }) {
  if (calls === undefined) return;
  const services = await startServices();
  try {
    const app = await startApp({
      command: [process.execPath, ...server],
      folder,
      ready,
      env: { ...env, [calls.variable]: services.url },
    });
    try {
      const event = { name: calls.event, ids: [77], id: `198:${randomUUID()}` };
      services.move();
      assert.equal(await kit.trigger(app.url, event), 500, 'A redirect must fail the event.');
      services.recover();
      assert.equal(await kit.trigger(app.url, event), 204, 'What has failed before must be taken.');
      assert.deepEqual(services.taken, [77]);
    } finally {
      app.stop();
    }
  } finally {
    services.close();
  }
}
