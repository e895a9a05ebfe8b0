import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findMisbehaviour, type Scene, startScene } from './start-scene.js';

const type = 'entities.clients.create';

describe('the deliveries', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ clock: 'manual' });
  });
  beforeEach(async () => {
    const { fic, receiver, failing } = scene;
    await fic.reset();
    await fic.subscribe({ sink: receiver.url, types: [type] });
    await fic.subscribe({ sink: failing.url, types: ['products.create'], mapping: 'structured' });
    await fic.settled();
  });
  afterEach(() => scene?.closePages());
  afterAll(() => scene?.close());

  /** Sends an event and waits for its first answer. */
  async function send(name: string, ids: readonly number[] = [1]): Promise<number> {
    const { deliveries } = scene.fic.emit({ companyId: 108061, type: name, ids });
    await scene.fic.settled();
    return deliveries[0]?.id ?? 0;
  }

  test('appear by themselves, the newest first', async () => {
    const opened = await scene.open();
    await opened.page.locator('[data-connection="live"]').waitFor();
    const first = await send(type, [11]);
    await opened.page.locator(`#delivery-row-${first}`).waitFor();
    const second = await send(type, [12, 13]);
    const row = opened.page.locator(`#delivery-row-${second}`);
    await row.getByText('Delivered').waitFor();
    expect(await row.textContent()).toBe('Deliveredentities.clients.create10806112 +12041now');
    const ids = await opened.page.locator('[role="row"][id]').evaluateAll((rows) => rows.map(({ id }) => id));
    expect(ids.slice(0, 2)).toEqual([`delivery-row-${second}`, `delivery-row-${first}`]);
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('show a failure, its retries by the clock, and the end', async () => {
    const opened = await scene.open();
    const { page } = opened;
    await page.locator('[data-connection="live"]').waitFor();
    const id = await send('products.create', [5]);
    const row = page.locator(`#delivery-row-${id}`);
    await row.getByText('Retrying').waitFor();
    // Those who do not see the list are told, too.
    await expect.poll(() => page.locator('[data-announcement]').textContent()).toContain(`Delivery ${id}`);
    await row.click();
    await page.getByText('in 1 min').waitFor();
    await page.getByRole('heading', { name: 'Attempt 1' }).waitFor();
    expect(await page.locator('.exchange').textContent()).toContain('out of order');

    await page.getByRole('button', { name: '+10 min' }).click();
    await page.getByRole('heading', { name: 'Attempt 2' }).waitFor();
    await page.getByLabel('Advance by').fill('2h');
    await page.getByRole('button', { name: 'Advance', exact: true }).click();
    await page.getByRole('heading', { name: 'Attempt 4' }).waitFor();
    await row.getByText('Dropped').waitFor();
    // Each attempt holds both sides.
    await page.getByRole('heading', { name: 'Attempt 1' }).click();
    const first = page.locator('.attempt').first();
    expect(await first.textContent()).toContain('POST');
    expect(await first.textContent()).toContain('status 503');

    await page.getByRole('link', { name: /^Subscriptions/ }).click();
    await page.getByText(/it expires in\s+9 d/).waitFor();
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('are explained: request, answer, and each claim of the token', async () => {
    const id = await send(type, [3062300]);
    const opened = await scene.open(`#delivery-${id}`);
    const { page } = opened;
    await page.getByText('everything is right').waitFor();
    const checks = await page.locator('.checks tbody th').allTextContents();
    expect(checks.map((text) => text.replace(/, right.*/s, '').trim())).toEqual([
      'signature',
      'alg',
      'iss',
      'aud',
      'sub',
      'jti',
      'iat',
      'exp',
      'aid',
    ]);
    const body = page.getByRole('group', { name: 'Request body' });
    expect(await body.textContent()).toBe('{\n  "data": {\n    "ids": [\n      3062300\n    ]\n  }\n}');
    await page.getByRole('button', { name: 'Raw' }).click();
    expect(await body.textContent()).toBe('{"data":{"ids":[3062300]}}');
    await page.getByRole('button', { name: /^all \d+ characters/ }).click();
    expect(await page.locator('.headers').first().textContent()).toMatch(/Bearer [\w-]+\.[\w-]+\.[\w-]{86}/);
    await page.getByText('Decoded').click();
    await page.getByRole('group', { name: 'Token claims' }).getByText('"jti"').waitFor();
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('can be replayed, and say what they repeat', async () => {
    const id = await send(type);
    const opened = await scene.open(`#delivery-${id}`);
    const { page } = opened;
    await page.getByRole('button', { name: 'Replay' }).press('Enter');
    await page.getByRole('link', { name: `delivery ${id}` }).waitFor();
    const [newest] = scene.fic.deliveries({ limit: 1 });
    // The button that was pressed is gone: the keyboard goes on at the top of the new delivery.
    const title = page.getByRole('heading', { level: 2, name: `#${newest?.id} ` });
    await expect.poll(() => title.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(newest).toMatchObject({ repeats: id });
    expect(new URL(page.url()).hash).toBe(`#delivery-${newest?.id}`);
    await page.getByRole('link', { name: `delivery ${id}` }).click();
    await page.getByRole('heading', { level: 2, name: `#${id} ` }).waitFor();
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('can be copied as a command that sends the same request', async () => {
    const id = await send(type, [7]);
    const { page } = await scene.open(`#delivery-${id}`);
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('Copied').waitFor();
    const command = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(command).toContain(`curl -i -X POST '${scene.receiver.url}'`);
    expect(command).toContain(`--data-binary '{"data":{"ids":[7]}}'`);
    expect(command).toMatch(/-H 'Authorization: Bearer [\w.-]+'/);
  });

  test('have an address each, and the back button comes back', async () => {
    const first = await send(type, [1]);
    const second = await send(type, [2]);
    const { page } = await scene.open(`#delivery-${first}`);
    await page.getByRole('heading', { level: 2, name: `#${first} ` }).waitFor();
    await page.locator(`#delivery-row-${second}`).click();
    await page.getByRole('heading', { level: 2, name: `#${second} ` }).waitFor();
    await page.getByRole('link', { name: 'Faults' }).click();
    await page.getByRole('heading', { level: 2, name: 'Faults' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 2, name: `#${second} ` }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 2, name: `#${first} ` }).waitFor();
    await expect.poll(() => page.title()).toBe(`Delivery ${first} · Fatture in Cloud emulator`);
  });

  test('are walked through with the arrow keys: one tab stop, Enter opens, Escape comes back', async () => {
    const ids: number[] = [];
    for (let id = 0; id < 4; id += 1) ids.unshift(await send(type, [id]));
    const { page } = await scene.open();
    await page.locator(`#delivery-row-${ids[0]}`).waitFor();
    await page.getByLabel('Filter deliveries').focus();
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate<string>('document.activeElement.id');
    expect(await focused()).toBe(`delivery-row-${ids[0]}`);
    expect(await page.locator('[role="row"][tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toBe(`delivery-row-${ids[2]}`);
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toBe(`delivery-row-${ids[1]}`);
    await page.keyboard.press('End');
    await expect.poll(focused).not.toBe(`delivery-row-${ids[1]}`);
    await page.keyboard.press('Home');
    await expect.poll(focused).toBe(`delivery-row-${ids[0]}`);
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toBe(`delivery-row-${ids[1]}`);
    await page.keyboard.press('Enter');
    const title = page.getByRole('heading', { level: 2, name: `#${ids[1]} ` });
    await title.waitFor();
    await expect.poll(() => title.evaluate((element) => element.matches(':focus'))).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe(`delivery-row-${ids[1]}`);
    expect(await page.locator('.delivery-details').count()).toBe(0);
  });

  test('do not move under the eyes of who walks through them', async () => {
    const first = await send(type);
    const { page } = await scene.open();
    await page.locator(`#delivery-row-${first}`).waitFor();
    await page.getByLabel('Filter deliveries').focus();
    await page.keyboard.press('Tab');
    await send(type);
    await send(type);
    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await page.locator('[role="row"][id]').first().getAttribute('id')).toBe(`delivery-row-${first}`);
    await page.getByRole('button', { name: '2 new' }).click();
    const [newest] = scene.fic.deliveries({ limit: 1 });
    await page.locator(`#delivery-row-${newest?.id}`).waitFor();
    expect(await page.getByRole('button', { name: /new$/ }).count()).toBe(0);
  });

  test('are filtered by state and by text', async () => {
    const good = await send(type, [4711]);
    const bad = await send('products.create', [4712]);
    const { page } = await scene.open();
    await page.locator(`#delivery-row-${bad}`).waitFor();
    await page.getByLabel('State').selectOption('delivered');
    await page.locator(`#delivery-row-${bad}`).waitFor({ state: 'detached' });
    expect(await page.locator(`#delivery-row-${good}`).count()).toBe(1);
    await page.getByLabel('State').selectOption('all');
    await page.getByLabel('Filter deliveries').fill('503 4712');
    await page.locator(`#delivery-row-${good}`).waitFor({ state: 'detached' });
    expect(await page.locator('[role="row"][id]').count()).toBe(1);
    await page.getByLabel('Filter deliveries').fill('nothing is like this');
    await page.getByText('No delivery matches the filter.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.locator(`#delivery-row-${good}`).waitFor();
  });

  test('that are not there any more are explained', async () => {
    const { page } = await scene.open('#delivery-999999');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('there is no delivery 999999');
  });
});
