import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runServer } from 'verdaccio';
import { makeTemporaryFolder } from '../make-temporary-folder.js';
import { readUplink } from './read-uplink.js';

/**
 * A registry on this machine. Our packages are its own and never asked for elsewhere; the rest is passed on.
 *
 * @typedef {object} LocalRegistry
 * @property {string} url
 * @property {() => Promise<void>} close
 */

/**
 * @param {number} port 0 takes a free one.
 * @returns {Promise<LocalRegistry>}
 */
export async function startRegistry(port) {
  const uplink = await readUplink();
  const folder = makeTemporaryFolder('registry');
  const server = await runServer({
    configPath: join(folder, 'config.yaml'),
    storage: join(folder, 'storage'),
    web: { enable: false },
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: { configured: uplink },
    packages: {
      '@fic-webhooks/*': { access: '$all', publish: '$all' },
      'fic-webhooks': { access: '$all', publish: '$all' },
      '**': { access: '$all', proxy: 'configured' },
    },
    log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return {
    url: `http://localhost:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
