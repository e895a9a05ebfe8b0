import { setTimeout as delay } from 'node:timers/promises';

/**
 * Sends what the scene says and compares what comes of it.
 *
 * @param {import('./scenes.js').Scene} scene
 * @param {import('./example-app.js').ExampleApp} app
 * @param {ReturnType<typeof import('@fic-webhooks/testing').sendOverHttp>} send
 * @returns {Promise<{ response: import('@fic-webhooks/testing').TestResponse, flaws: string[] }>}
 */
export async function playScene(scene, app, send) {
  app.forget();
  const response = await send(scene.request);
  /** @type {string[]} */
  const flaws = [];
  if (response.status !== scene.status) flaws.push(`the answer should be ${scene.status}`);
  if (scene.code !== undefined && readCode(response.body) !== scene.code)
    flaws.push(`the code should be ${scene.code}`);
  if (scene.body !== undefined && response.body !== scene.body)
    flaws.push(`the body should be ${scene.body}`);
  if (scene.appSays !== undefined && !(await waitUntil(() => app.said(scene.appSays ?? '')))) {
    flaws.push(`the app should have said "${scene.appSays}"`);
  }
  if (scene.appKeepsQuiet !== undefined && app.said(scene.appKeepsQuiet)) {
    flaws.push(`no handler should have said "${scene.appKeepsQuiet}"`);
  }
  return { response, flaws };
}

/** @param {string} body */
function readCode(body) {
  try {
    return JSON.parse(body).code;
  } catch {
    return undefined;
  }
}

/**
 * The answer and the output of the app come by two ways.
 *
 * @param {() => boolean} condition
 */
async function waitUntil(condition) {
  for (let turn = 0; turn < 100 && !condition(); turn++) await delay(10);
  return condition();
}
