import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMisbehaviour, type Scene, startScene } from './start-scene.js';
import { verifyThen } from './start-sink.js';

const type = 'entities.clients.create';

/** The list of an emulator that keeps as many as it does by default. */
const count = 10_000;

/** Milliseconds that anything a person does may take. */
const patience = 2_000;

describe(`${count} deliveries in the list`, () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
    const { fic, failing } = scene;
    failing.answerWith(verifyThen((_request, response) => response.writeHead(204).end()));
    await fic.subscribe({ sink: failing.url, types: [type] });
    for (let id = 1; id <= count; id += 1) fic.emit({ companyId: 108061, type, ids: [id] });
    await fic.settled();
  }, 120_000);
  afterAll(() => scene?.close());

  test('stay usable', { timeout: 60_000 }, async () => {
    const { fic } = scene;
    const opened = await scene.open();
    const { page } = opened;
    const rows = page.locator('[role="row"][id]');
    await page.getByRole('link', { name: 'Deliveries 10,000' }).waitFor();
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
    const [newest] = fic.deliveries({ limit: 1 });

    const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      const startedAt = performance.now();
      await work();
      const passed = performance.now() - startedAt;
      const inDocument = await rows.count();
      process.stdout.write(`${name}: ${Math.round(passed)} ms, ${inDocument} rows in the document\n`);
      expect(passed).toBeLessThan(patience);
      expect(inDocument).toBeLessThan(100);
    };
    const scroller = page.locator('.delivery-scroller');
    await measure('Jump to the end with the keyboard', async () => {
      await rows.first().focus();
      await page.keyboard.press('End');
      await page.locator('[role="row"][aria-rowindex="10001"]:focus').waitFor();
    });
    await measure('Scroll to the middle', async () => {
      await scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }));
      await page.locator('[role="row"][aria-rowindex="5001"]').waitFor();
    });
    await measure('Open a delivery', async () => {
      await page.locator('[role="row"][aria-rowindex="5001"]').click();
      await page.getByRole('heading', { name: 'Attempt 1' }).waitFor();
    });
    await measure('Meet a new one, scrolled away', async () => {
      const at = await scroller.evaluate((element) => element.scrollTop);
      fic.emit({ companyId: 108061, type });
      await page.getByRole('button', { name: '1 new' }).waitFor();
      expect(await scroller.evaluate((element) => element.scrollTop)).toBe(at);
    });
    await measure('Go to the new one', async () => {
      await page.getByRole('button', { name: '1 new' }).click();
      await page.locator(`#delivery-row-${(newest?.id ?? 0) + 1}`).waitFor();
    });
    await measure('Filter by text', async () => {
      await page.getByLabel('Filter deliveries').fill('204 #9876');
      await expect.poll(() => rows.count()).toBe(1);
    });
    await measure('Show all again', async () => {
      await page.getByLabel('Filter deliveries').fill('');
      await expect.poll(() => rows.count()).toBeGreaterThan(10);
    });
    await measure('Take in 500 that come at once', async () => {
      for (let id = 1; id <= 500; id += 1) fic.emit({ companyId: 108061, type, ids: [id] });
      await page.locator(`#delivery-row-${(newest?.id ?? 0) + 501}`).waitFor();
    });
    // More at once than the stream tells one by one.
    const latest = fic.deliveries({ limit: 1 })[0]?.id ?? 0;
    for (let id = 1; id <= 3_000; id += 1) fic.emit({ companyId: 108061, type, ids: [id] });
    const last = page.locator(`#delivery-row-${latest + 3_000}`);
    await last.getByText('Delivered').waitFor({ timeout: 30_000 });
    await scroller.evaluate((element) => element.scrollTo({ top: 2_000 * 36 }));
    const [middle] = await page.locator('[role="row"][id] .cell-state').allTextContents();
    expect(middle).toBe('Delivered');
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
    expect(findMisbehaviour(opened, fic)).toEqual([]);
  });
});
