import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findMisbehaviour, type Scene, startScene } from './start-scene.js';
import { startSink, verifyThen } from './start-sink.js';

describe('the subscriptions', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ clock: 'manual' });
  });
  beforeEach(() => scene.fic.reset());
  afterEach(() => scene?.closePages());
  afterAll(() => scene?.close());

  test('are explained when there is none, and made by a form', async () => {
    const opened = await scene.open();
    const { page } = opened;
    await page.getByRole('heading', { name: 'Nobody listens yet' }).waitFor();
    const curl = page.getByRole('group', { name: 'Call of the Subscriptions API' });
    expect(await curl.textContent()).toContain(`curl ${scene.fic.url}/c/108061/subscriptions`);
    expect(await curl.textContent()).toContain('Bearer a/emulator');
    await page.getByRole('link', { name: 'subscribe a sink' }).click();

    await page.getByRole('textbox', { name: 'Sink' }).fill(scene.receiver.url);
    await page.getByRole('combobox', { name: 'Types' }).fill('clients del');
    await page.getByRole('listbox').getByRole('option').first().click();
    await page.getByRole('combobox', { name: 'Types' }).fill('issued_documents.all.create');
    await page.getByRole('button', { name: 'Add type' }).click();
    await page.getByRole('button', { name: 'Remove issued_documents.all.create' }).click();
    await page.getByRole('combobox', { name: 'Types' }).fill('products.create');
    await page.keyboard.press('Escape');
    await page.getByLabel('Company').fill('42');
    await page.getByLabel('Mapping').selectOption('structured');
    await page.getByLabel('Challenge in').selectOption('query');
    await page.getByRole('button', { name: 'Subscribe' }).click();

    const card = page.getByRole('article');
    await card.getByText('Verified', { exact: true }).waitFor();
    expect(scene.fic.subscriptions()).toMatchObject([
      {
        companyId: 42,
        sink: scene.receiver.url,
        mapping: 'structured',
        verificationMethod: 'query',
        types: [
          'it.fattureincloud.webhooks.entities.clients.delete',
          'it.fattureincloud.webhooks.products.create',
        ],
      },
    ]);
    expect(await card.textContent()).toContain('entities.clients.delete');
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('that the service refuses are refused with its reason', async () => {
    const { page } = await scene.open('#subscriptions');
    await page.getByRole('textbox', { name: 'Sink' }).fill('http://example.com/webhooks');
    await page.getByRole('button', { name: 'Every type' }).click();
    await page.getByRole('button', { name: 'Subscribe' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/sink/i);
    expect(scene.fic.subscriptions()).toEqual([]);
  });

  test('are verified again when their sink answers and the time has come', async () => {
    const sink = await startSink();
    try {
      await scene.fic.subscribe({
        sink: sink.url,
        types: ['entities.clients.create'],
        waitForVerification: false,
      });
      await scene.fic.settled();
      const opened = await scene.open('#subscriptions');
      const { page } = opened;
      await page.getByText('Not verified').waitFor();
      await page.getByText('4 requests are left, the next one is allowed in 10 min').waitFor();
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('The next request is allowed in 10 minutes').waitFor();

      await page.getByRole('button', { name: '+10 min' }).click();
      await page.getByText('the next one is allowed now').waitFor();
      sink.answerWith(verifyThen((_request, response) => response.writeHead(204).end()));
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('Verified', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: 'Verify' }).count()).toBe(0);
      expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
    } finally {
      await sink.close();
    }
  });

  test('count down to their end after a dropped event', async () => {
    const { fic, failing } = scene;
    failing.answerWith(verifyThen((_request, response) => response.writeHead(404).end()));
    await fic.subscribe({ sink: failing.url, types: ['products.create'] });
    await fic.settled();
    const { page } = await scene.open('#subscriptions');
    await page.getByText('Verified', { exact: true }).waitFor();
    fic.emit({ companyId: 108061, type: 'products.create' });
    await page.getByText(/it expires in\s+10 d/).waitFor();
    await page.getByRole('button', { name: '+1 h' }).click();
    await page.getByText(/it expires in\s+9 d 23 h/).waitFor();
    await page.getByRole('button', { name: '+10 d' }).click();
    await page.getByText('It has expired.').waitFor();
    fic.emit({ companyId: 108061, type: 'products.create' });
    await page.getByRole('heading', { name: 'Nobody listens yet' }).waitFor();
  });

  test('can be deleted, and lead to their deliveries', async () => {
    const { fic, receiver, failing } = scene;
    failing.answerWith(verifyThen((_request, response) => response.writeHead(503).end()));
    await fic.subscribe({ sink: receiver.url, types: ['products.create'] });
    await fic.subscribe({ sink: failing.url, types: ['products.update'] });
    await fic.settled();
    const opened = await scene.open('#subscriptions');
    const { page } = opened;
    const [first, second] = fic.subscriptions();
    const card = page.getByRole('article', { name: first?.id ?? '' });
    await card.getByRole('link', { name: 'Its deliveries' }).click();
    await page.locator('[role="row"][id]').first().waitFor();
    expect(await page.getByLabel('Filter deliveries').inputValue()).toBe(first?.id);
    await page.goBack();
    await card.getByRole('button', { name: 'Delete' }).click();
    await card.waitFor({ state: 'detached' });
    expect(fic.subscriptions().map(({ id }) => id)).toEqual([second?.id]);
    expect(findMisbehaviour(opened, fic)).toEqual([]);
  });
});
