import { expect, test } from 'vitest';
import { startEmulator } from '../../src/index.js';

test.each([
  ['0.0.0.0', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['::', /^http:\/\/\[::1\]:\d+$/],
  ['0', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['::1', /^http:\/\/\[::1\]:\d+$/],
  ['localhost', /^http:\/\/localhost:\d+$/],
])('listening on %s, its URLs can be called', async (host, form) => {
  const warnings: string[] = [];
  const started = startEmulator({ host, logger: { warn: (message) => warnings.push(message) } });
  const fic = await started.catch((error: Error) => {
    if (host.includes(':') && /EADDRNOTAVAIL|EAFNOSUPPORT/.test(error.message)) return undefined;
    throw error;
  });
  if (fic === undefined) {
    process.stdout.write(`Not tried: this machine has no IPv6, so nothing listens on ${host}.\n`);
    return;
  }
  try {
    expect(fic.url).toMatch(form);
    expect((await fetch(`${fic.inspectorUrl}health`)).status).toBe(200);
    const calls = await fetch(`${fic.url}/c/1/subscriptions`, {
      headers: { authorization: 'Bearer a/emulator' },
    });
    expect(calls.status).toBe(200);
    const isPublic = ['0.0.0.0', '::', '0'].includes(host);
    expect(warnings).toEqual(isPublic ? [expect.stringContaining('everybody on the network')] : []);
  } finally {
    await fic.close();
  }
});
