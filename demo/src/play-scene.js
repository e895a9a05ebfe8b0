import { setTimeout as delay } from 'node:timers/promises';

/**
 * Makes the scene happen and compares what comes of it with what must.
 *
 * @param {import('./scenes.js').Scene} scene
 * @param {import('./example-app.js').ExampleApp} app
 * @returns {Promise<{ answer: import('./scenes.js').Answer, flaws: string[] }>}
 */
export async function playScene(scene, app) {
  app.forget();
  const answer = await scene.play();
  /** @type {string[]} */
  const flaws = [];
  if (answer.status !== scene.status) flaws.push(`the answer should be ${scene.status}`);
  if (scene.code !== undefined && readCode(answer.body) !== scene.code) {
    flaws.push(`the code should be ${scene.code}`);
  }
  if (scene.appSays !== undefined && !(await waitUntil(() => app.said(scene.appSays ?? '')))) {
    flaws.push(`the app should have said "${scene.appSays}"`);
  }
  if (scene.appKeepsQuiet !== undefined && app.said(scene.appKeepsQuiet)) {
    flaws.push(`no handler should have said "${scene.appKeepsQuiet}"`);
  }
  return { answer, flaws };
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
