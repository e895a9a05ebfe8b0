import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/index.js';
import { openBrowser, phone } from './open-browser.js';
import { findMisbehaviour, type Scene, startScene } from './start-scene.js';
import { verifyThen } from './start-sink.js';

const type = 'entities.clients.create';

/** True when the page is wider than the window. */
const isTooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

describe('hostile answers of a sink', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
    await scene.fic.subscribe({ sink: scene.failing.url, types: [type] });
  });
  afterEach(() => scene?.closePages());
  afterAll(() => scene?.close());

  test('are text, never HTML', async () => {
    const attack = '<img src=x onerror="window.attacked = 1"><script>window.attacked = 1</script>';
    scene.failing.answerWith(
      verifyThen((_request, response) =>
        response.writeHead(500, { 'Content-Type': 'text/html', 'X-Attack': attack }).end(attack),
      ),
    );
    const { deliveries } = scene.fic.emit({ companyId: 108061, type });
    await scene.fic.settled();
    const opened = await scene.open(`#delivery-${deliveries[0]?.id}`);
    const { page } = opened;
    expect(await page.getByRole('group', { name: 'Answer body' }).textContent()).toBe(attack);
    expect(await page.getByRole('table', { name: 'Answer headers' }).textContent()).toContain(attack);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test.each([
    ['one line', `${'x'.repeat(70_000)}`, /^Show all 65,5\d\d characters/],
    ['deep JSON', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, /^Show all/],
    ['wide JSON', JSON.stringify(Array(20_000).fill(1)), /^Show all/],
  ])('of 64 KiB neither freeze nor widen the page: %s', async (_name, body, more) => {
    scene.failing.answerWith(verifyThen((_request, response) => response.writeHead(500).end(body)));
    const { deliveries } = scene.fic.emit({ companyId: 108061, type });
    await scene.fic.settled();
    const opened = await scene.open('', phone);
    const { page } = opened;
    await page.locator(`#delivery-row-${deliveries[0]?.id}`).click();
    await page.getByRole('button', { name: more }).waitFor();
    const startedAt = performance.now();
    await page.getByRole('button', { name: more }).click();
    await page.getByRole('button', { name: more }).waitFor({ state: 'detached' });
    // Drawn, and ready for the next click.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    const passed = performance.now() - startedAt;
    process.stdout.write(`Showing a whole body (${_name}) took ${Math.round(passed)} ms.\n`);
    expect(passed).toBeLessThan(5_000);
    expect(await page.evaluate(isTooWide)).toBe(false);
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('that were cut say so', async () => {
    scene.failing.answerWith(
      verifyThen((_request, response) => response.writeHead(500).end('y'.repeat(100_000))),
    );
    const { deliveries } = scene.fic.emit({ companyId: 108061, type });
    await scene.fic.settled();
    const { page } = await scene.open(`#delivery-${deliveries[0]?.id}`);
    await page.getByText(/The record ends here/).waitFor();
  });
});

describe('an emulator that goes away', () => {
  test('is found again at the same address, and everything is read anew', async () => {
    const browser = await openBrowser();
    const first = await startEmulator({ port: 0 });
    const port = Number(new URL(first.url).port);
    try {
      const { page } = await browser.open(first.inspectorUrl);
      await page.locator('[data-connection="live"]').waitFor();
      await first.close();
      await page.getByText('Lost, trying again').waitFor();
      await page.getByRole('button', { name: 'Send event' }).click();
      await page.getByRole('alert').getByText('The emulator does not answer.').waitFor();
      const second = await startEmulator({ port, clock: 'manual' });
      try {
        await page.locator('[data-connection="live"]').waitFor();
        await page.getByText('stands still').waitFor();
        // And changes arrive again.
        second.setFaults({ probabilities: { delay: 1 } });
        await page.getByText('1 fault is on').waitFor();
      } finally {
        await second.close();
      }
    } finally {
      await browser.close();
    }
  });

  test('and leaves its port to something else gives words, never an empty page', async () => {
    const browser = await openBrowser();
    const fic = await startEmulator({ port: 0 });
    const port = Number(new URL(fic.url).port);
    const stranger = createServer((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Hello</h1>'),
    );
    try {
      const { page } = await browser.open(fic.inspectorUrl);
      await page.locator('[data-connection="live"]').waitFor();
      await fic.close();
      await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
      await page.getByText('Lost, trying again').waitFor();
      await page.getByRole('button', { name: 'Send event' }).click();
      await page.getByRole('alert').getByText('is not JSON').waitFor();
      await page.getByRole('link', { name: /^Behaviour/ }).click();
      await page.getByRole('heading', { name: 'Behaviour' }).waitFor();
    } finally {
      await browser.close();
      stranger.closeAllConnections();
      stranger.close();
    }
  });
});

describe('answers of another form', () => {
  test('are told in words on every view', async () => {
    const folder = fileURLToPath(new URL('../../dist/page/', import.meta.url));
    // Whatever the page asks for: an empty object.
    const stranger = createServer(async ({ url = '/' }, response) => {
      const file = url === '/' ? 'index.html' : url.startsWith('/assets/') ? url.slice(1) : undefined;
      if (file === undefined) {
        const type = url === '/events-stream' ? 'text/event-stream' : 'application/json';
        response
          .writeHead(200, { 'Content-Type': type })
          .write(url === '/events-stream' ? ': hello\n\n' : '{}');
        if (url !== '/events-stream') response.end();
        return;
      }
      const types: Readonly<Record<string, string>> = {
        js: 'text/javascript',
        css: 'text/css',
        html: 'text/html',
      };
      response.setHeader('Content-Type', types[file.split('.').at(-1) ?? ''] ?? 'image/svg+xml');
      response.end(await readFile(folder + file));
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    const browser = await openBrowser();
    try {
      const { page } = await browser.open(`http://127.0.0.1:${port}/`);
      const alert = page.getByRole('alert').first();
      await alert.getByText(/error of its own/).waitFor();
      await page.getByRole('button', { name: 'Send event' }).click();
      await page.getByText(/This view cannot be drawn/).waitFor();
      await page.goto(`http://127.0.0.1:${port}/#delivery-12`);
      await page.getByText(/This view cannot be drawn/).waitFor();
      for (const view of ['Subscriptions', 'Faults', 'Behaviour']) {
        await page.getByRole('link', { name: view }).click();
        await page.getByRole('heading', { level: 2, name: view }).waitFor();
      }
    } finally {
      await browser.close();
      stranger.closeAllConnections();
      stranger.close();
    }
  });
});

describe('many pages', () => {
  test('in the background leave their connections to the one that is looked at', async () => {
    const scene = await startScene();
    try {
      const { page } = await scene.open();
      await page.locator('[data-connection="live"]').waitFor();
      const show = (state: 'hidden' | 'visible') =>
        page.evaluate(`
          Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        `);
      await show('hidden');
      await page.locator('[data-connection="connecting"]').waitFor();
      scene.fic.setFaults({ probabilities: { delay: 1 } });
      await show('visible');
      await page.locator('[data-connection="live"]').waitFor();
      await page.getByText('1 fault is on').waitFor();
    } finally {
      await scene.close();
    }
  });
});
