/**
 * Plays everything that a sink meets against the example app, over real HTTP, and checks every outcome. Fatture in Cloud
 * is the emulator, whose clock is moved instead of waited for.
 */
import { startEmulator } from '@fic-webhooks/emulator';
import { createTestKeyPair } from '@fic-webhooks/testing';
import { findFreePort } from '../../scripts/find-free-port.js';
import { startBookkeeping } from './bookkeeping.js';
import { startExampleApp } from './example-app.js';
import { playScene } from './play-scene.js';
import { createScenes } from './scenes.js';
import { startStrangersSink } from './strangers-sink.js';
import { printEnd, printHead, printScene } from './timeline.js';

const applicationId = 1234;
const strangersApplication = 5678;
const fic = await startEmulator({
  clock: 'manual',
  applications: [
    { id: applicationId, accessToken: 'a/ours' },
    { id: strangersApplication, accessToken: 'a/strangers' },
  ],
});

const port = await findFreePort();
const sink = `http://127.0.0.1:${port}/webhooks/fic`;
const bookkeeping = await startBookkeeping();
const stranger = await startStrangersSink();
const app = await startExampleApp({
  PORT: String(port),
  FIC_SINK: sink,
  FIC_APPLICATION_ID: String(applicationId),
  FIC_PUBLIC_KEY: fic.publicKey,
  BOOKKEEPING_URL: bookkeeping.url,
  DRAIN_DELAY_MS: '100',
});

printHead({ emulator: fic.url, app: sink });
const startedAt = performance.now();
let wrong = 0;
const forgersKey = createTestKeyPair().privateKey;
const stage = { fic, sink, strangersSink: stranger.url, strangersApplication, forgersKey };
for (const scene of createScenes(stage)) {
  const at = performance.now() - startedAt;
  const { answer, flaws } = await playScene(scene, app);
  if (flaws.length > 0) wrong++;
  printScene({ scene, at, answer, flaws });
}

const [subscription] = fic.subscriptions();
const isWell = subscription?.verified === true && subscription.expiresAt === null;
const exitCode = await app.stop();
if (!isWell || exitCode !== 0 || bookkeeping.received() !== 2) wrong++;
await fic.close();
bookkeeping.close();
stranger.close();
printEnd({ wrong, exitCode, isWell });
process.exitCode = wrong === 0 ? 0 : 1;
