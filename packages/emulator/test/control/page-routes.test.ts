import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Changes } from '../../src/changes.js';
import { type ControlApiOptions, controlApi } from '../../src/control/control-api.js';
import { pageFolder } from '../../src/page-folder.js';
import { guard } from '../../src/server/guard.js';
import { call, errorOf } from './call.js';

let folder: string;
let server: FastifyInstance;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-page-'));
  server = fastify({ forceCloseConnections: true });
  guard(server, { allowedHosts: [] });
  // Only the page is asked for here: nothing of the emulator itself is touched.
  const rest = { service: { changes: new Changes() }, emulator: {} } as Omit<ControlApiOptions, 'page'>;
  await server.register(controlApi, { ...rest, page: join(folder, 'page'), prefix: '/_emulator' });
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function build(): Promise<void> {
  await mkdir(join(folder, 'page/assets'), { recursive: true });
  await writeFile(join(folder, 'page/index.html'), '<!doctype html><title>Inspector</title>');
  await writeFile(join(folder, 'page/assets/index-1a2b.js'), 'export {};');
  await writeFile(join(folder, 'page/assets/.secret'), 'dot');
  await writeFile(join(folder, 'secret.txt'), 'outside');
}

const get = (path: string) => call(url, { path });

it('says how to build a page that is not there, and serves it once it is', async () => {
  const missing = await get('/_emulator/');
  expect(missing.status).toBe(503);
  expect(errorOf(missing).code).toBe('page-not-built');
  expect(errorOf(missing).message).toContain('npx turbo run build');
  expect((await get('/_emulator/assets/index-1a2b.js')).status).toBe(404);
  await build();
  expect((await get('/_emulator/')).status).toBe(200);
});

it('serves the page, never from a cache', async () => {
  await build();
  const { status, headers, text } = await get('/_emulator/');
  expect(status).toBe(200);
  expect(text).toContain('<title>Inspector</title>');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['content-security-policy']).toMatch(/^default-src 'self';/);
});

it('redirects to the page', async () => {
  const { status, headers } = await get('/_emulator');
  expect(status).toBe(308);
  expect(headers.location).toBe('/_emulator/');
});

it('lets assets be cached for good', async () => {
  await build();
  const { status, headers, text } = await get('/_emulator/assets/index-1a2b.js');
  expect(status).toBe(200);
  expect(text).toBe('export {};');
  expect(headers['content-type']).toMatch(/^text\/javascript|^application\/javascript/);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(headers['x-content-type-options']).toBe('nosniff');
});

it.each([
  '/_emulator/assets/../index.html',
  '/_emulator/assets/..%2f..%2fsecret.txt',
  '/_emulator/assets/%2e%2e/%2e%2e/secret.txt',
  '/_emulator/assets//etc/passwd',
  '/_emulator/assets/.secret',
  '/_emulator/assets/',
  '/_emulator/assets/nothing.js',
  '/_emulator/assets/index-1a2b.js%00.html',
  '/_emulator/index.html',
])('serves nothing else: %s', async (path) => {
  await build();
  const answer = await get(path);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(errorOf(answer).message).toBeDefined();
  expect(answer.headers['cache-control']).toBe('no-store');
});

it('is looked for in the build of this package', () => {
  expect(pageFolder).toMatch(/packages[\\/]emulator[\\/]dist[\\/]page[\\/]$/);
});
