import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Subscription } from '@fic-webhooks/emulator';
import { describe, expect, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { control, trigger } from './support/control.js';
import { makeFolder } from './support/make-folder.js';
import { type CliRun, type Ready, startEmulatorCli, waitFor } from './support/start-cli.js';
import { type Sink, startSink } from './support/start-sink.js';

// What stands after `--sink` was given again on a state, with something else than before.

type Run = CliRun & { readonly ready: Ready };

const prefix = 'it.fattureincloud.webhooks.';
const shorten = (types: readonly string[] = []) => types.map((type) => type.replace(prefix, '')).sort();

async function makeStateFile(): Promise<string> {
  return join(await makeFolder(), 'state.db');
}

/** As the line has them: the page gets two things more. */
async function listSubscriptions({ ready }: Run): Promise<Subscription[]> {
  const { subscriptions } = await control<{ subscriptions: (Subscription & Record<string, unknown>)[] }>(
    ready,
    'state',
  );
  return subscriptions.map(({ attemptsLeft, nextVerificationAt, ...subscription }) => subscription);
}

async function stop({ child, ended }: Run): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

/** Starts the emulator twice on one state, with other arguments the second time. */
async function startTwice(
  before: readonly string[],
  after: readonly string[],
  between: (first: Run) => Promise<unknown> = async () => {},
): Promise<Run> {
  const state = ['--state', await makeStateFile()];
  const first = await startEmulatorCli([...state, ...before]);
  await between(first);
  await stop(first);
  return startEmulatorCli([...state, ...after]);
}

/** Standard error may arrive after the line on standard output. */
async function says({ stderr }: Run, what: string | RegExp): Promise<void> {
  await expect.poll(stderr, { timeout: 15_000 }).toMatch(what);
}

const words = (sink: Sink, ...types: string[]) => ['--sink', sink.url, '--types', ...types];

describe('the subscription that stands', () => {
  test('moves to another sink, which then gets the events', async () => {
    const [old, next] = [await startSink(), await startSink()];
    const run = await startTwice(words(old, 'entities.*'), words(next, 'entities.*'));
    await says(run, `SUB1 moved from ${old.url} to ${next.url}.\n`);
    await says(run, `SUB1 is verified: ${next.url} gets 6 types of company 108061.\n`);
    expect(run.ready.subscription).toMatchObject({ id: 'SUB1', sink: next.url, verified: true });
    expect(await listSubscriptions(run)).toEqual([run.ready.subscription]);
    await trigger(run.ready);
    await expect.poll(() => next.ids.length).toBe(1);
    expect(old.ids).toEqual([]);
  });

  test('moves with other types and another mapping at once', async () => {
    const [old, next] = [await startSink(), await startSink()];
    const run = await startTwice(words(old, 'products.create'), [
      ...words(next, 'entities.clients.create'),
      ...['--mapping', 'structured'],
    ]);
    const [only, ...others] = await listSubscriptions(run);
    expect(others).toEqual([]);
    expect(run.ready.subscription).toEqual(only);
    expect(only).toMatchObject({ id: 'SUB1', sink: next.url, mapping: 'structured', verified: true });
    expect(shorten(only?.types)).toEqual(['entities.clients.create']);
  });

  test('gets another mapping', async () => {
    const sink = await startSink();
    const args = words(sink, 'entities.*');
    const run = await startTwice(args, [...args, '--mapping', 'structured']);
    await says(run, 'SUB1 is structured now. It was binary.\n');
    expect(run.ready.subscription).toMatchObject({ id: 'SUB1', mapping: 'structured', verified: true });
    await trigger(run.ready, [5]);
    await expect.poll(() => sink.bodies.length).toBe(1);
    expect(JSON.parse(sink.bodies[0] ?? '')).toMatchObject({ specversion: '1.0', data: { ids: [5] } });
  });

  test('gets more types and loses others', async () => {
    const sink = await startSink();
    const run = await startTwice(words(sink, 'products.*'), words(sink, 'products.update', 'entities.*'));
    await says(run, /^SUB1 now also gets entities\.\S+, entities\.\S+, .* and 2 more\.$/m);
    await says(run, /^SUB1 \(http\S+\) no longer gets products\.\S+, .*products\.stock_update\.$/m);
    expect(await listSubscriptions(run)).toEqual([run.ready.subscription]);
    const types = shorten(run.ready.subscription?.types);
    expect(types).toHaveLength(7);
    expect(types).toContain('products.update');
    expect(types).not.toContain('products.create');
  });

  test('is not touched when it is right, and the line shows it', async () => {
    const sink = await startSink();
    const args = words(sink, 'issued_documents.all.create');
    let before: Subscription[] = [];
    const run = await startTwice(args, args, async (first) => {
      before = await listSubscriptions(first);
    });
    expect(before).toHaveLength(1);
    await says(run, 'SUB1 stands');
    expect(run.stderr()).toBe(
      `SUB1 stands already: ${sink.url} gets ${before[0]?.types.length} types of company 108061.\n`,
    );
    expect(await listSubscriptions(run)).toEqual(before);
    expect([run.ready.subscription]).toEqual(before);
  });

  test('takes its types from several others; another company and another application keep theirs', async () => {
    const [one, two, next] = [await startSink(), await startSink(), await startSink()];
    const subscribe = (run: Run, body: object) => control(run.ready, 'subscriptions', body);
    const run = await startTwice([], words(next, 'products.*'), async (first) => {
      await subscribe(first, { sink: one.url, types: ['products.create', 'receipts.create'] });
      await subscribe(first, { sink: two.url, types: ['products.update'] });
      await subscribe(first, { sink: two.url, types: ['products.update'], companyId: 7 });
      const { status } = await fetch(`${first.ready.url}/c/108061/subscriptions`, {
        method: 'POST',
        headers: { authorization: 'Bearer a/another', 'content-type': 'application/json' },
        body: JSON.stringify({ data: { sink: one.url, types: [`${prefix}products.create`] } }),
      });
      expect(status).toBe(200);
    });
    await says(run, `SUB1 (${one.url}) no longer gets products.create.\n`);
    await says(run, `SUB2 (${two.url}) is deleted: ${next.url} gets all its types now.\n`);
    const summary = (await listSubscriptions(run)).map(({ id, sink, types }) => [id, sink, shorten(types)]);
    expect(summary).toEqual([
      ['SUB1', one.url, ['receipts.create']],
      ['SUB3', two.url, ['products.update']],
      ['SUB4', one.url, ['products.create']],
      [run.ready.subscription?.id, next.url, shorten(run.ready.subscription?.types)],
    ]);
    expect(shorten(run.ready.subscription?.types)).toContain('products.create');
  });

  test('of two that were made for one sink both get the mapping, and together they have the types', async () => {
    const sink = await startSink();
    const args = [...words(sink, 'products.create', 'products.update'), '--mapping', 'structured'];
    const run = await startTwice([], args, async (first) => {
      const subscribe = (types: string[]) => control(first.ready, 'subscriptions', { sink: sink.url, types });
      await subscribe(['products.create', 'receipts.create']);
      await subscribe(['products.update']);
      const verified = async () => (await listSubscriptions(first)).map((one) => one.verified);
      await expect.poll(verified).toEqual([true, true]);
    });
    const summary = (await listSubscriptions(run)).map(({ mapping, types }) => [mapping, shorten(types)]);
    expect(summary).toEqual([
      ['structured', ['products.create']],
      ['structured', ['products.update']],
    ]);
  });

  test('changes also when the sink begins to listen later', async () => {
    const [old, port] = [await startSink(), await findFreePort()];
    const args = ['--sink', `http://127.0.0.1:${port}/webhooks/fic`, '--types', 'products.*'];
    const run = await startTwice(words(old, 'products.create'), args);
    expect(run.ready.subscription).toBeUndefined();
    await says(run, 'Nothing listens at');
    expect((await listSubscriptions(run)).map(({ sink }) => sink)).toEqual([old.url]);
    const next = await startSink({ port });
    await says(run, 'SUB1 is verified');
    expect((await listSubscriptions(run)).map(({ sink }) => sink)).toEqual([next.url]);
  });
});

describe('the verification', () => {
  /** A sink that echoes the challenge once it is mended. */
  const startBadSink = async () => {
    let isGood = false;
    const sink = await startSink({ echoesChallenge: () => isGood });
    return {
      ...sink,
      mend: () => {
        isGood = true;
      },
    };
  };

  test('says why it failed and what to do, in lines that work as they are', async () => {
    const sink = await startBadSink();
    const run = await startEmulatorCli(words(sink, 'products.*'));
    expect(run.ready.subscription).toMatchObject({ id: 'SUB1', verified: false, verificationAttempts: 1 });
    await says(run, `warning: SUB1 gets no events, because its sink ${sink.url} is not verified. `);
    await says(run, /^warning: .* it is 404\. Check .*public key/m);
    await says(run, '/verify -H');
    const lines = run.stderr().match(/^ +curl .*$/gm) ?? [];
    expect(lines).toHaveLength(2);
    const shell = (script: string) =>
      promisify(execFile)('sh', ['-ec', script.replaceAll('curl', 'curl -sS --fail')]);

    await shell(lines.join('\n'));
    await waitFor(run, () => (run.stderr().match(/^warning: SUB1 gets no events/gm) ?? []).length === 2);
    sink.mend();
    await shell(lines.join('\n'));
    await says(run, 'SUB1 is verified: ');
  });

  test.each(['ignored', 'refused'])(
    'is not asked for again within ten minutes, which is said, and afterwards it is (%s)',
    async (answer) => {
      const sink = await startBadSink();
      const clock = ['--clock', 'manual', '--behaviour', `throttledVerification=${answer}`];
      const args = ['--state', await makeStateFile(), ...clock, ...words(sink, 'products.*')];
      const first = await startEmulatorCli(args);
      await control(first.ready, 'clock/advance', { by: '4m' });
      await stop(first);

      sink.mend();
      const second = await startEmulatorCli(args);
      expect(second.ready.subscription).toMatchObject({
        id: 'SUB1',
        verified: false,
        verificationAttempts: 1,
      });
      await says(second, /^warning: .*It was not asked now: .*\b(6 minutes|360 seconds)/m);
      expect(second.stderr()).not.toContain('404');
      await control(second.ready, 'clock/advance', { by: '6m' });
      await stop(second);

      const third = await startEmulatorCli(args);
      expect(third.ready.subscription).toMatchObject({ id: 'SUB1', verified: true, verificationAttempts: 2 });
      await says(third, 'SUB1 is verified: ');
    },
  );

  test('that failed five times has a new subscription made', async () => {
    const sink = await startBadSink();
    const run = await startTwice(
      [...words(sink, 'products.*'), '--behaviour', 'verificationRetries=automatic'],
      words(sink, 'products.*'),
      async (first) => {
        await control(first.ready, 'clock/advance', { by: '1h' });
        await says(first, 'This was the last request. Start again');
        sink.mend();
      },
    );
    await says(run, /^SUB1 \(http\S+\) is deleted: All its verification requests were sent in vain\.$/m);
    expect(run.ready.subscription).toMatchObject({ id: 'SUB2', verified: true });
    expect(await listSubscriptions(run)).toEqual([run.ready.subscription]);
  });

  test('works when the emulator listens on every address', async () => {
    const sink = await startBadSink();
    const args = ['--host', '0.0.0.0', '--clock', 'manual', ...words(sink, 'products.*')];
    const run = await startTwice(args, args, async ({ ready }) => {
      await control(ready, 'clock/advance', { by: '10m' });
      sink.mend();
    });
    expect(run.ready.subscription).toMatchObject({ id: 'SUB1', verified: true });
  });

  test('that takes long holds the start up for some seconds only', { timeout: 60_000 }, async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sink = await startSink({ beforeChallenge: () => released });
    const run = await startEmulatorCli([...words(sink, 'products.*'), '--behaviour', 'answerTimeout=1m']);
    expect(run.ready.subscription).toMatchObject({ id: 'SUB1', verified: false });
    await says(run, 'SUB1 is not verified yet');
    release();
    await says(run, 'SUB1 is verified: ');
  });
});

test('the faults of the API are for the app, and not for the command', async () => {
  const sink = await startSink();
  const faults = ['--fault', 'api-error=1', 'api-quota=0.5', '--seed', '7'];
  const run = await startEmulatorCli([...words(sink, 'products.*'), ...faults]);
  expect(run.ready.subscription).toMatchObject({ id: 'SUB1', verified: true });
  expect(await control(run.ready, 'state')).toMatchObject({
    faults: { seed: 7, probabilities: { 'api-error': 1, 'api-quota': 0.5 } },
  });
});

test('a quota that is used up does not end the emulator', async () => {
  const sink = await startSink();
  const list = ({ url }: Ready) =>
    fetch(`${url}/c/108061/subscriptions`, { headers: { authorization: 'Bearer a/emulator' } });
  const clock = ['--clock', 'manual'];
  const run = await startTwice(clock, [...clock, ...words(sink, 'products.*')], async ({ ready }) => {
    while ((await list(ready)).status === 200);
  });
  expect(run.ready.subscription).toBeUndefined();
  await waitFor(run, () =>
    /^warning: The subscription of --sink .*quota.*inspector page/m.test(run.stderr()),
  );
  expect(run.stderr()).not.toContain('Nothing listens');
  expect((await fetch(`${run.ready.inspectorUrl}health`)).status).toBe(200);
});
