import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/index.js';
import { isAllowedHost, readAllowedHosts } from '../../src/server/is-allowed-host.js';
import { call, errorOf, post } from './call.js';

const json = { 'Content-Type': 'application/json' };

let fic: Emulator;
let host: string;

beforeAll(async () => {
  fic = await startEmulator({ clock: 'manual', allowedHosts: ['fic.test', 'FIC-Two.test'] });
  host = new URL(fic.url).host;
});

afterAll(() => fic.close());

describe('the Host header', () => {
  const foreign = [
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
    'evil.example@localhost',
    'localhost/evil',
    'localhost:80:80',
    ' ',
    '127.0.0.1, evil.example',
  ];
  it.each(foreign)('refuses %s on every route', async (name) => {
    for (const path of [
      '/_emulator/health',
      '/_emulator/state',
      '/_emulator/',
      '/_emulator/events-stream',
      '/_emulator/nothing',
      '/c/108061/subscriptions',
      '/nothing',
    ]) {
      const answer = await call(fic.url, {
        path,
        headers: { Host: name, Authorization: 'Bearer a/emulator' },
      });
      expect(answer.status, path).toBe(421);
      expect(errorOf(answer)).toMatchObject({ code: 'host-not-allowed', field: 'Host' });
      expect(errorOf(answer).message).toContain('allowedHosts');
    }
  });

  it('changes nothing when a rebound name posts', async () => {
    const answer = await call(fic.url, {
      method: 'POST',
      path: '/_emulator/faults',
      headers: { ...json, Host: 'evil.example', Origin: 'http://evil.example' },
      body: '{"seed":666}',
    });
    expect(answer.status).toBe(421);
    expect(fic.faults().seed).toBe(1);
  });

  const own = [
    'localhost',
    'LOCALHOST:4010',
    'localhost.',
    'app.localhost:1',
    '127.0.0.1',
    '127.8.8.8:99',
    '[::1]',
    '[::1]:4010',
    '[::ffff:127.0.0.1]',
    'fic.test',
    'FIC.test:80',
    'fic-two.test',
  ];
  it.each(own)('takes %s', async (name) => {
    expect((await call(fic.url, { path: '/_emulator/health', headers: { Host: name } })).status).toBe(200);
  });

  it('allows no name because the server listens on all interfaces', () => {
    const allowed = readAllowedHosts(['0.0.0.0', '::', '192.168.1.5', 'fe80::1']);
    expect(isAllowedHost('0.0.0.0:4010', allowed)).toBe(false);
    expect(isAllowedHost('[::]', allowed)).toBe(false);
    expect(isAllowedHost('any.name', allowed)).toBe(false);
    expect(isAllowedHost(undefined, allowed)).toBe(false);
    expect(isAllowedHost('192.168.1.5:4010', allowed)).toBe(true);
    expect(isAllowedHost('[FE80:0::1]:4010', allowed)).toBe(true);
  });
});

describe('calls that change something', () => {
  const changing: readonly (readonly [method: string, path: string])[] = [
    ['POST', '/_emulator/events'],
    ['POST', '/_emulator/deliveries/1/replay'],
    ['POST', '/_emulator/clock/advance'],
    ['POST', '/_emulator/faults'],
    ['POST', '/_emulator/subscriptions'],
    ['POST', '/_emulator/subscriptions/SUB1/verify'],
    ['DELETE', '/_emulator/subscriptions/SUB1'],
    ['POST', '/_emulator/reset'],
    // The router decodes paths, so a guard that looked at the text of the URL could be walked around.
    ['POST', '/%5Femulator/reset'],
  ];

  it.each(changing)('%s %s needs application/json', async (method, path) => {
    const types = [
      undefined,
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/plain; application/json',
      'application/jsonp',
    ];
    for (const type of types) {
      const headers = type === undefined ? {} : { 'Content-Type': type };
      const answer = await call(fic.url, { method, path, headers, body: '{}' });
      expect(answer.status, String(type)).toBe(415);
      expect(errorOf(answer)).toMatchObject({ code: 'content-type-invalid', field: 'Content-Type' });
    }
  });

  it.each(changing)('%s %s refuses another origin', async (method, path) => {
    const origins = [
      'http://evil.example',
      'null',
      'http://localhost:3000',
      `http://${host}.evil.example`,
      `ftp://${host}`,
      `http://user@${host}:1`,
      'http://127.0.0.1',
      '',
    ];
    for (const origin of origins) {
      const answer = await call(fic.url, {
        method,
        path,
        headers: { ...json, Host: host, Origin: origin },
        body: '{}',
      });
      expect(answer.status, origin).toBe(403);
      expect(errorOf(answer)).toMatchObject({ code: 'origin-foreign', field: 'Origin' });
    }
  });

  it.each(['cross-site', 'same-site', 'anything'])('refuse Sec-Fetch-Site: %s', async (site) => {
    const headers = { ...json, 'Sec-Fetch-Site': site };
    const answer = await call(fic.url, { method: 'POST', path: '/_emulator/reset', headers });
    expect(answer.status).toBe(403);
    expect(errorOf(answer)).toMatchObject({ code: 'origin-foreign', field: 'Sec-Fetch-Site' });
  });

  it('are done for the page itself, and for programs', async () => {
    const reset = { method: 'POST', path: '/_emulator/reset' };
    const page = { ...json, Host: host, Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' };
    expect((await call(fic.url, { ...reset, headers: page })).status).toBe(204);
    // A proxy with TLS on the standard port.
    const proxied = { ...json, Host: 'fic.test', Origin: 'https://fic.test' };
    expect((await call(fic.url, { ...reset, headers: proxied })).status).toBe(204);
    const program = { 'Content-Type': 'Application/JSON; charset=utf-8', 'Sec-Fetch-Site': 'none' };
    expect((await call(fic.url, { ...reset, headers: program })).status).toBe(204);
  });
});

describe('every answer', () => {
  const answers = [
    ['the page', 'GET', '/_emulator/', undefined],
    ['the redirect to it', 'GET', '/_emulator', undefined],
    ['the state', 'GET', '/_emulator/state', undefined],
    ['the key', 'GET', '/_emulator/public-key', undefined],
    ['a 404', 'GET', '/_emulator/nothing', undefined],
    ['a 404 elsewhere', 'GET', '/nothing', undefined],
    ['a 405', 'PUT', '/_emulator/state', undefined],
    ['a 400', 'POST', '/_emulator/events', '{'],
    ['a 413', 'POST', '/_emulator/events', 'x'.repeat(1024 * 1024 + 1)],
    ['a preflight', 'OPTIONS', '/_emulator/events', undefined],
    ['a preflight elsewhere', 'OPTIONS', '/c/108061/subscriptions', undefined],
    ['the Subscriptions API', 'GET', '/c/108061/subscriptions', undefined],
    ['a URL that cannot be decoded', 'GET', '/_emulator/%E0%A4%A', undefined],
    ['a URL with an endless part', 'GET', `/_emulator/deliveries/${'9'.repeat(300)}`, undefined],
  ] as const;

  it.each(answers)(
    'carries the security headers, and none of CORS: %s',
    async (_name, method, path, body) => {
      const { headers } = await call(fic.url, {
        method,
        path,
        headers: { ...json, Host: host, ...(method === 'OPTIONS' && { Origin: 'http://evil.example' }) },
        ...(body !== undefined && { body }),
      });
      const policy = headers['content-security-policy'];
      expect(policy).toMatch(/^default-src 'self';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      if (path.startsWith('/_emulator') && !path.includes('%E0') && path.length < 200) {
        expect(headers['cache-control']).toBe('no-store');
      }
    },
  );

  it('a refusal by Host carries them too', async () => {
    const { headers } = await call(fic.url, { path: '/_emulator/', headers: { Host: 'evil.example' } });
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('a preflight is not answered with a success', async () => {
    const answer = await call(fic.url, {
      method: 'OPTIONS',
      path: '/_emulator/events',
      headers: { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST');
  });

  it('a URL that cannot be routed is a 400 in words', async () => {
    const answer = await call(fic.url, { path: '/_emulator/%E0%A4%A' });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'url-invalid', field: 'url' });
  });
});

it('listens as localhost, too', async () => {
  const local = await startEmulator({ host: 'localhost' });
  try {
    expect((await post(local.url, '/_emulator/reset')).status).toBe(204);
    expect(
      (await call(local.url, { path: '/_emulator/health', headers: { Host: 'evil.example' } })).status,
    ).toBe(421);
  } finally {
    await local.close();
  }
});
