import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findMisbehaviour, type Scene, startScene } from './start-scene.js';

describe('triggering an event', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene();
    const { fic, receiver, failing } = scene;
    await fic.subscribe({ sink: receiver.url, types: ['entities.clients.create', 'cashbook.create'] });
    await fic.subscribe({ sink: failing.url, types: ['products.create'] });
    await fic.settled();
  });
  afterEach(() => scene?.closePages());
  afterAll(() => scene?.close());

  test('takes one click, and says what was sent and who did not get it', async () => {
    const opened = await scene.open();
    const { page } = opened;
    await page.getByRole('button', { name: 'Send event' }).click();
    const result = page.locator('.trigger-result');
    await result.getByText('Sent to SUB1').waitFor();
    expect(await result.textContent()).toContain('Not to SUB2. It does not list this type.');
    const [sent] = scene.fic.deliveries({ limit: 1 });
    expect(sent).toMatchObject({
      type: 'it.fattureincloud.webhooks.entities.clients.create',
      companyId: 108061,
    });
    // It appears by itself, and is delivered before our eyes.
    await page.locator(`#delivery-row-${sent?.id}`).getByText('Delivered').waitFor();
    await result.getByRole('link', { name: `delivery ${sent?.id}` }).click();
    await page.getByRole('heading', { level: 2, name: `#${sent?.id} entities.clients.create` }).waitFor();
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('works with the keyboard alone', async () => {
    const opened = await scene.open();
    const { page } = opened;
    await page.locator('[data-connection="live"]').waitFor();
    const field = page.getByRole('combobox', { name: 'Type' });
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab');
      if (await field.evaluate((element) => element.matches(':focus'))) break;
    }
    await page.keyboard.type('cash cre');
    const options = page.getByRole('listbox').getByRole('option');
    await options.first().waitFor();
    expect(await options.allTextContents()).toEqual([expect.stringContaining('cashbook.create')]);
    expect(await field.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowDown');
    expect(await field.getAttribute('aria-activedescendant')).toBe(await options.first().getAttribute('id'));
    await page.keyboard.press('Enter');
    expect(await field.inputValue()).toBe('cashbook.create');
    expect(await options.count()).toBe(0);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('12, 13');
    await page.keyboard.press('Enter');
    await page.getByText('Sent to SUB1').waitFor();
    const [sent] = scene.fic.deliveries({ limit: 1 });
    // The ids of the cashbook are texts.
    expect(sent).toMatchObject({ ids: ['12', '13'] });
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('closes the choices with Escape, and keeps what was typed', async () => {
    const { page } = await scene.open();
    const field = page.getByRole('combobox', { name: 'Type' });
    await field.click();
    await page.keyboard.type('suppliers');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('listbox').getByRole('option').count()).toBe(0);
    expect(await field.inputValue()).toBe('suppliers');
  });

  test('lets faults happen to this event only', async () => {
    const opened = await scene.open();
    const { page } = opened;
    await page.getByText('Faults for this event').click();
    await page.getByRole('checkbox', { name: /Wrong signature/ }).check();
    await page.getByRole('button', { name: 'Send event' }).click();
    await page.getByRole('link', { name: /^delivery / }).click();
    await page.getByText(/1 of 9 checks failed/).waitFor();
    const signature = page.locator('.checks tr[data-ok="false"]');
    expect(await signature.textContent()).toContain('Signed with another key');
    expect(scene.fic.faults().probabilities['wrong-signature']).toBe(0);
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('sends a type that is not listed when asked to', async () => {
    const { page } = await scene.open();
    await page.getByRole('combobox', { name: 'Type' }).fill('entities.leads.create');
    await page.getByRole('button', { name: 'Send event' }).click();
    await page.getByRole('alert').getByText('there is no "entities.leads.create"').waitFor();
    await page.getByRole('checkbox', { name: /not listed/ }).check();
    await page.getByRole('button', { name: 'Send event' }).click();
    await page.getByText('Sent to SUB2').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('names the field that is wrong', async () => {
    const { page } = await scene.open();
    await page.getByLabel('Company').fill('-3');
    await page.getByRole('button', { name: 'Send event' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('companyId');
  });
});
