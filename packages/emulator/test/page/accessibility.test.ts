import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { desktop, phone } from './open-browser.js';
import { findMisbehaviour, type Scene, startScene } from './start-scene.js';
import { startSink } from './start-sink.js';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Screenshots are kept, to be looked at. */
const output = fileURLToPath(new URL('../../test-output/', import.meta.url));
mkdirSync(output, { recursive: true });

const looks = [
  { name: 'desktop-light', ...desktop, colorScheme: 'light' },
  { name: 'desktop-dark', ...desktop, colorScheme: 'dark' },
  // The colours of the desktop, and the order of the phone: here only the layout is looked at.
  { name: 'tablet-light', width: 1024, height: 768, colorScheme: 'light' },
  { name: 'phone-light', ...phone, colorScheme: 'light' },
  { name: 'phone-dark', ...phone, colorScheme: 'dark' },
] as const;

/** What axe finds, in a form that tells where to look. The policy of the page does not hold for what a debugger runs. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Targets below 24 pixels that are not links or fields within a text: WCAG 2.2, success criterion 2.5.8. */
const smallTargets = `[...document.querySelectorAll('button, summary, select, input, [role="row"][id], nav a')]
  .filter((element) => element.checkVisibility() && !['checkbox', 'radio'].includes(element.type))
  .map((element) => ({ text: element.outerHTML.slice(0, 80), box: element.getBoundingClientRect() }))
  .filter(({ box }) => box.width > 0 && (box.height < 24 || box.width < 24))
  .map(({ text, box }) => text + ' ' + box.width + ' × ' + box.height)`;

describe('the page is accessible', () => {
  let scene: Scene;
  let mute: Awaited<ReturnType<typeof startSink>>;
  let failed: number;
  let forged: number;

  beforeAll(async () => {
    scene = await startScene({ behaviour: { onTimeout: 'retried' } });
    mute = await startSink();
    const { fic, receiver, failing } = scene;
    await fic.subscribe({
      sink: receiver.url,
      types: ['entities.clients.create', 'issued_documents.all.create', 'cashbook.create'],
    });
    await fic.subscribe({ sink: failing.url, types: ['received_documents.create'], mapping: 'structured' });
    await fic.subscribe({ sink: mute.url, types: ['entities.suppliers.create'], waitForVerification: false });
    const companyId = 108061;
    for (let id = 0; id < 20; id += 1) {
      fic.emit({ companyId, type: 'entities.clients.create', ids: [3062300 + id] });
      if (id % 4 === 0) fic.emit({ companyId, type: 'received_documents.create', ids: [id, id + 1] });
    }
    forged = fic.emit({ companyId, type: 'cashbook.create', faults: ['wrong-signature', 'duplicate'] })
      .deliveries[0]?.id as number;
    failed = fic.emit({ companyId, type: 'received_documents.create' }).deliveries[0]?.id as number;
    await fic.settled();
    await fic.advance('2m');
    await fic.advance('2h');
    fic.setFaults({ probabilities: { 'api-error': 0.25 } });
  });
  afterEach(() => scene?.closePages());
  afterAll(async () => {
    await scene.close();
    await mute.close();
  });

  const views = [
    { view: 'deliveries', hash: () => '', ready: '[role="row"][id]' },
    { view: 'failed-delivery', hash: () => `#delivery-${failed}`, ready: '.attempt' },
    { view: 'forged-token', hash: () => `#delivery-${forged}`, ready: '.token-sum[data-ok="false"]' },
    { view: 'subscriptions', hash: () => '#subscriptions', ready: '.card' },
    { view: 'faults', hash: () => '#faults', ready: '.fault' },
    { view: 'behaviour', hash: () => '#behaviour', ready: '.behaviour-list' },
  ] as const;

  describe.each(looks)('$name', (look) => {
    test.each(views)('$view', async ({ view, hash, ready }) => {
      const opened = await scene.open(hash(), look);
      const { page } = opened;
      await page.locator('[data-connection="live"]').waitFor();
      if (view === 'forged-token') await page.getByRole('heading', { name: 'Attempt 1' }).click();
      if (view === 'failed-delivery') await page.getByRole('heading', { name: 'Attempt 2' }).click();
      await page
        .locator(ready)
        .first()
        .waitFor(view === 'forged-token' ? { state: 'attached' } : {});
      await page.screenshot({ path: `${output}${view}-${look.name}.png`, fullPage: look.width < 600 });
      if (look.name !== 'tablet-light') expect(await findViolations(page)).toEqual([]);
      expect(await page.evaluate(smallTargets)).toEqual([]);
      const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(tooWide)).toBe(0);
      expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
    });
  });

  test.each(['light', 'dark'] as const)('what opens is accessible, too: %s', async (colorScheme) => {
    const { page } = await scene.open('', { colorScheme });
    await page.locator('[role="row"][id]').first().waitFor();
    await page.getByText('Faults for this event').click();
    await page.getByRole('combobox', { name: 'Type' }).fill('invoices');
    await page.keyboard.press('ArrowDown');
    await page.screenshot({ path: `${output}choices-${colorScheme}.png` });
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Type' }).fill('nothing.like.this');
    await page.getByRole('button', { name: 'Send event' }).click();
    await page.getByRole('alert').waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole('link', { name: /^Behaviour/ }).click();
    await page.getByRole('button', { name: /^Reset the emulator/ }).click();
    await page.screenshot({ path: `${output}dialog-${colorScheme}.png` });
    expect(await findViolations(page)).toEqual([]);
  });

  test('nothing moves for those who asked for it', async () => {
    const { page } = await scene.open();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const durations = await page.evaluate(
      `[...document.querySelectorAll('*')].map((element) => getComputedStyle(element).transitionDuration).filter((text) => text !== '0s')`,
    );
    expect(durations).toEqual([]);
  });

  test('with an empty emulator', async () => {
    const empty = await startScene();
    try {
      for (const look of [looks[0], looks[4]]) {
        const { page } = await empty.open('', look);
        await page.getByRole('heading', { name: 'Nobody listens yet' }).waitFor();
        await page.screenshot({ path: `${output}empty-${look.name}.png` });
        expect(await findViolations(page)).toEqual([]);
      }
    } finally {
      await empty.close();
    }
  });
});
