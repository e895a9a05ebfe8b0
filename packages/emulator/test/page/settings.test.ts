import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findMisbehaviour, type Scene, startScene } from './start-scene.js';

describe('clock, faults, behaviour and colours', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ clock: 'manual', behaviour: { onTimeout: 'retried' } });
  });
  beforeEach(() => scene.fic.reset());
  afterEach(() => scene?.closePages());
  afterAll(() => scene?.close());

  test('the clock shows its time, moves, and refuses what is no time', async () => {
    const { fic } = scene;
    const { page } = await scene.open();
    const clock = page.getByRole('region', { name: 'Clock' });
    await clock.getByText('stands still').waitFor();
    const before = fic.clock().now;
    await clock.getByRole('button', { name: '+1 h' }).click();
    await expect.poll(() => fic.clock().now - before).toBe(3_600_000);
    await clock.getByLabel('Advance by').fill('2 weeks');
    await page.keyboard.press('Enter');
    await expect.poll(() => fic.clock().now - before).toBe(3_600_000 + 14 * 86_400_000);
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(fic.clock().now);
    await clock.locator('time').getByText(day).waitFor();
    await clock.getByLabel('Advance by').fill('soon');
    await page.keyboard.press('Enter');
    await clock.getByRole('alert').getByText('"soon"').waitFor();
    // Moved by somebody else.
    await fic.advance('1d');
    const nextDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(fic.clock().now);
    await clock.locator('time').getByText(nextDay).waitFor();
  });

  test('faults are switched by slider and by number, and all off at once', async () => {
    const { fic } = scene;
    const opened = await scene.open('#faults');
    const { page } = opened;
    await page.getByLabel('Duplicate, slider').focus();
    await page.keyboard.press('End');
    await expect.poll(() => fic.faults().probabilities.duplicate).toBe(1);
    await page.getByLabel('API error, percent').fill('2.5');
    await page.keyboard.press('Enter');
    await expect.poll(() => fic.faults().probabilities['api-error']).toBe(0.025);
    await page.getByLabel('Seed of the dice').fill('7');
    await page.keyboard.press('Enter');
    await expect.poll(() => fic.faults().seed).toBe(7);
    await page.getByLabel(/^Delay holds back/).fill('500');
    await page.getByLabel('Quota that is used up').selectOption('month');
    await expect.poll(() => fic.faults()).toMatchObject({ delayBy: 500, quotaWindow: 'month' });
    await page.getByLabel('Delay, percent').fill('200');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    // The emulator said no: the page shows what holds.
    await expect.poll(() => page.getByLabel('Delay, percent').inputValue()).toBe('0');

    // The reminder is on every view.
    await page.getByRole('link', { name: /^Deliveries/ }).click();
    await page.getByRole('link', { name: '2 faults are on' }).click();
    await page.getByRole('button', { name: 'All off' }).click();
    await page.getByRole('link', { name: /faults are on/ }).waitFor({ state: 'detached' });
    expect(Object.values(fic.faults().probabilities)).toEqual(Array(9).fill(0));
    expect(fic.faults().seed).toBe(7);
    // Switched by somebody else.
    fic.setFaults({ probabilities: { reorder: 0.25 } });
    await page.getByText('1 fault is on').waitFor();
    expect(await page.getByLabel('Reorder, slider').inputValue()).toBe('25');
    const refusals = opened.problems.filter((problem) => !problem.includes('400 (Bad Request)'));
    expect(findMisbehaviour({ ...opened, problems: refusals }, fic)).toEqual([]);
  });

  test('the behaviour is listed with what differs from the default', async () => {
    const opened = await scene.open('#behaviour');
    const { page } = opened;
    await page.getByText('welcomeDelay').waitFor();
    const names = await page.locator('.behaviour-list dt').allTextContents();
    expect(names.toSorted()).toEqual(Object.keys(scene.fic.behaviour).toSorted());
    const changed = await page.locator('.behaviour-list [data-changed="true"]').allTextContents();
    expect(changed).toEqual([
      expect.stringMatching(/^onTimeoutretrieddefault: dropped/),
      expect.stringMatching(/^welcomeDelay0 msdefault: 2 s/),
    ]);
    expect(findMisbehaviour(opened, scene.fic)).toEqual([]);
  });

  test('everything is forgotten only after a second question', async () => {
    const { fic, receiver } = scene;
    await fic.subscribe({ sink: receiver.url, types: ['products.create'] });
    await fic.settled();
    const opened = await scene.open('#behaviour');
    const { page } = opened;
    await page.getByRole('button', { name: /^Reset the emulator/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep everything' }).click();
    expect(fic.subscriptions()).toHaveLength(1);
    await page.getByRole('button', { name: /^Reset the emulator/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(fic.subscriptions()).toEqual([]);
    await page.getByRole('link', { name: /^Deliveries/ }).click();
    await page.getByRole('heading', { name: 'Nobody listens yet' }).waitFor();
    expect(findMisbehaviour(opened, fic)).toEqual([]);
  });

  test('the public key is copied', async () => {
    const { page } = await scene.open();
    await page.getByRole('button', { name: 'Copy public key' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(scene.fic.publicKey);
  });

  test('the colours follow the system, until one is chosen, which is remembered', async () => {
    const { page } = await scene.open('', { colorScheme: 'dark' });
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.getByLabel('Colours').selectOption('dark');
    expect(await ground()).toBe(dark);
    await page.reload();
    await page.getByLabel('Colours').waitFor();
    expect(await ground()).toBe(dark);
    await page.getByLabel('Colours').selectOption('system');
    expect(await ground()).toBe(light);
  });
});
