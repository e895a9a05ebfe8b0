import { readFile } from 'node:fs/promises';
import { runNpm } from './run-npm.js';

/** Where packages of others come from, as npm on this machine is configured: registry, certificates, proxy. */
export async function readUplink() {
  const keys = ['registry', 'cafile', 'strict-ssl', 'proxy', 'https-proxy', 'noproxy'];
  const printed = await runNpm(['config', 'get', ...keys]);
  const settings = new Map(
    printed.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  /** @param {string} key */
  const read = (key) => {
    const value = settings.get(key);
    return value === undefined || value === 'null' || value === '' ? undefined : value;
  };
  const url = read('registry');
  if (url === undefined) throw new Error('npm has no registry configured. Look at: npm config get registry');
  const cafile = read('cafile');
  const proxy = read('proxy');
  const httpsProxy = read('https-proxy');
  const noProxy = read('noproxy');
  return {
    url,
    // Nothing of others is kept: the folder of the registry is thrown away at its end.
    cache: false,
    // A failure of a moment must not take the uplink away for minutes.
    max_fails: 1000,
    strict_ssl: read('strict-ssl') !== 'false',
    ...(cafile !== undefined && { ca: await readFile(cafile, 'utf8') }),
    ...(proxy !== undefined && { http_proxy: proxy }),
    ...(httpsProxy !== undefined && { https_proxy: httpsProxy }),
    ...(noProxy !== undefined && { no_proxy: noProxy }),
  };
}
