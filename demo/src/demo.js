/** Plays everything that a sink meets against the example app, over real HTTP, and checks every outcome. */
import { createTestKeyPair, sendOverHttp } from '@fic-webhooks/testing';
import { startBookkeeping } from './bookkeeping.js';
import { startExampleApp } from './example-app.js';
import { playScene } from './play-scene.js';
import { createScenes } from './scenes.js';
import { printEnd, printHead, printScene } from './timeline.js';

const applicationId = 1234;
const { privateKey, publicKey } = createTestKeyPair();
const forgersKey = createTestKeyPair().privateKey;
const sink = 'https://app.example/webhooks/fic';

const bookkeeping = await startBookkeeping();
const app = await startExampleApp({
  FIC_SINK: sink,
  FIC_APPLICATION_ID: String(applicationId),
  FIC_PUBLIC_KEY: publicKey,
  BOOKKEEPING_URL: bookkeeping.url,
  DRAIN_DELAY_MS: '100',
});

printHead(app.url);
const send = sendOverHttp(app.url);
const startedAt = performance.now();
let wrong = 0;
for (const scene of createScenes({ privateKey, forgersKey, sink, applicationId })) {
  const at = performance.now() - startedAt;
  const { response, flaws } = await playScene(scene, app, send);
  if (flaws.length > 0) wrong++;
  printScene({ scene, at, response, flaws });
}
const exitCode = await app.stop();
if (exitCode !== 0) wrong++;
if (bookkeeping.received() !== 2) wrong++;
bookkeeping.close();
printEnd({ wrong, exitCode });
process.exitCode = wrong === 0 ? 0 : 1;
