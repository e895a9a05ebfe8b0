import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runNpm } from '../local-registry/run-npm.js';
import { copyExample } from './copy-example.js';

/**
 * Copies an example out of the repository, and runs its scripts against the emulator, with a receiver beside it.
 *
 * @param {object} options
 * @param {import('./examples.js').ScriptExample} options.example
 * @param {string} options.folder
 * @param {string} options.registry
 * @param {string} options.cache
 * @param {string} options.probe Where the emulator and core are installed.
 */
export async function checkScripts({ example: { name, runs }, folder, registry, cache, probe }) {
  await copyExample({ name, scripts: ['check:types'], folder, registry, cache });

  const installed = createRequire(join(probe, 'package.json'));
  /** @type {typeof import('@fic-webhooks/emulator')} */
  const { startEmulator } = installed('@fic-webhooks/emulator');
  /** @type {typeof import('@fic-webhooks/core/node')} */
  const { createNodeHandler } = installed('@fic-webhooks/core/node');

  const fic = await startEmulator();
  const server = createServer().listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The receiver has no port.');
    const sink = `http://127.0.0.1:${address.port}/webhooks/fic`;
    const handler = createNodeHandler({ sink, applicationId: 1234, publicKeys: fic.publicKey });
    server.on('request', (request, response) => handler(request, response));

    const env = {
      FIC_API_URL: fic.url,
      FIC_ACCESS_TOKEN: 'a/emulator',
      FIC_COMPANY_ID: '108061',
      FIC_SINK: sink,
    };
    for (const { script, said } of runs) {
      const output = await runNpm(['run', script], folder, env);
      const missing = said.find((text) => !output.includes(text));
      if (missing !== undefined) throw new Error(`${script} did not say "${missing}":\n${output}`);
    }
  } finally {
    await fic.close();
    server.closeAllConnections();
    server.close();
  }
}
