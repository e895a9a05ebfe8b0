import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { control, trigger } from './support/control.js';
import { makeFolder } from './support/make-folder.js';
import { binary, type CliRun, plainEnvironment, startCli, waitFor } from './support/start-cli.js';
import { startSink } from './support/start-sink.js';

const run = promisify(execFile);
const escapeCode = String.fromCharCode(27);

async function startBanner(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const cli = startCli(['emulator', '--port', '0', ...args], env);
  await waitFor(cli, () => cli.stdout().includes('stops it.'));
  const [inspectorUrl = ''] = /http:\S+\/_emulator\//.exec(cli.stdout()) ?? [];
  return { ...cli, inspectorUrl };
}

async function stop({ child, ended }: CliRun): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

/** The lines after the banner. */
function deliveryLines(cli: CliRun): string[] {
  return cli
    .stdout()
    .split('stops it.')
    .at(-1)
    ?.split('\n')
    .filter((line) => line.includes('attempt')) as string[];
}

test('the lines to copy work in a shell as they are', async () => {
  const sink = await startSink();
  const cli = await startBanner([
    '--sink',
    `${sink.url}?a=1&b='2'`,
    '--types',
    'products.*',
    '--company',
    '5',
  ]);
  const exports = cli.stdout().match(/^export .*$/gm) ?? [];
  const script = `${exports.join('\n')}\nprintf '%s\\n' "$FIC_SINK" "$FIC_APPLICATION_ID" "$FIC_PUBLIC_KEY"`;
  const { stdout } = await run('sh', ['-c', script]);
  const [url, applicationId, key = ''] = stdout.split('\n');
  expect(url).toBe(`${sink.url}?a=1&b='2'`);
  expect(applicationId).toBe('1234');
  const served = await fetch(`${cli.inspectorUrl}public-key`);
  expect(Buffer.from(key, 'base64').toString()).toBe(await served.text());

  await waitFor(cli, () => cli.stderr().includes('SUB1 is verified'));
  const [curl = ''] = cli.stdout().match(/^curl .*$/m) ?? [];
  expect(curl).toContain('"companyId":5');
  await run('sh', ['-c', `${curl} -sS --fail`]);
  await expect.poll(() => sink.bodies).toEqual(['{"data":{"ids":[1]}}']);
});

test('a state shows what is in it, and its subscription is the one to copy from', async () => {
  const sink = await startSink();
  const state = ['--state', join(await makeFolder(), 'state.db')];
  const first = await startBanner([
    ...state,
    '--sink',
    sink.url,
    '--types',
    'entities.all.delete',
    '--company',
    '5',
  ]);
  await waitFor(first, () => first.stderr().includes('SUB1 is verified'));
  expect(first.stdout()).not.toContain('In it');
  // Of a group the first type that is sent.
  expect(first.stdout()).toMatch(/^curl .*"type":"entities\.clients\.delete"/m);
  await control(first, 'subscriptions', {
    sink: 'http://localhost:1/',
    types: ['receipts.create'],
    waitForVerification: false,
  });
  await stop(first);

  // Another id of the application takes along what it has.
  const second = await startBanner([...state, '--application-id', '77']);
  expect(second.stdout()).toMatch(/^ {2}In it {14}SUB1 of application 77 in company 5: http\S+$/m);
  expect(second.stdout()).toMatch(/^ {21}SUB2 of application 77 in company 108061, not verified: http\S+$/m);
  expect(second.stdout()).toContain(`export FIC_SINK=${sink.url}\nexport FIC_APPLICATION_ID=77\n`);
  expect(second.stdout()).not.toContain('Subscribe it');
  const [curl = ''] = second.stdout().match(/^curl .*$/m) ?? [];
  await run('sh', ['-c', `${curl} -sS --fail`]);
  await expect.poll(() => sink.bodies).toEqual(['{"data":{"ids":[1]}}']);
});

test('an application of another access token is not mixed with it', async () => {
  const sink = await startSink();
  const args = ['--state', join(await makeFolder(), 'state.db'), '--sink', sink.url, '--types', 'products.*'];
  const first = await startBanner(args);
  await waitFor(first, () => first.stderr().includes('SUB1 is verified'));
  await stop(first);
  const other = ['--application-id', '77', '--access-token-env', 'OTHER_TOKEN'];
  const second = await startBanner([...args, ...other], { OTHER_TOKEN: 'a/other' });
  expect(second.stdout()).toMatch(/^ {2}In it {14}SUB1 of application 1234 /m);
  await waitFor(second, () =>
    /^warning: SUB1 of application 1234 has the same sink.*delete/m.test(second.stderr()),
  );
  expect(second.stderr()).toContain('SUB2 is verified');
  await stop(second);

  const third = startCli(['emulator', '--port', '0', ...args, '--application-id', '77']);
  expect(await third.ended).toBe(2);
  expect(third.stderr()).toMatch(/--application-id: .*\b1234\b.*\b77\b/);
});

test('shows the faults, which a state does not keep', async () => {
  const state = ['--state', join(await makeFolder(), 'state.db')];
  const first = await startBanner([...state, '--fault', 'duplicate=0.1', 'delay=1', '--seed', '7']);
  expect(first.stdout()).toMatch(/^ {2}Faults {13}duplicate 0\.1, delay 1, seed 7$/m);
  await stop(first);
  const second = await startBanner(state);
  expect(second.stdout()).toMatch(/^ {2}Faults {13}none$/m);
});

test('writes a line for each delivery that ended, and for each attempt that failed', async () => {
  let status = 204;
  const sink = await startSink({ onEvent: (_answer, response) => response.writeHead(status).end() });
  const cli = await startBanner(['--sink', sink.url, '--behaviour', 'welcomeDelay=1h']);
  await waitFor(cli, () => cli.stderr().includes('SUB1 is verified'));
  for (const next of [204, 500, 404]) {
    status = next;
    await trigger(cli);
    await waitFor(cli, () => deliveryLines(cli).some((line) => line.includes(` ${next} `)));
  }
  const lines = deliveryLines(cli).map((line) =>
    line.replace(/^\d\d:\d\d:\d\d +/, '').replaceAll(/ +/g, ' '),
  );
  expect(lines).toEqual([
    'delivered 200 verification 1 attempt #1',
    'delivered 204 entities.clients.create 1 attempt #3',
    expect.stringMatching(/^failed 500 entities\.clients\.create 1 attempt #4 500 is an error/),
    expect.stringMatching(/^dropped 404 entities\.clients\.create 1 attempt #5 404 is neither/),
  ]);
});

test('--quiet prints the banner and no deliveries', async () => {
  const sink = await startSink();
  const cli = await startBanner(['--quiet', '--sink', sink.url]);
  await waitFor(cli, () => cli.stderr().includes('SUB1 is verified'));
  await trigger(cli);
  await expect.poll(() => sink.ids.length).toBe(1);
  cli.child.kill('SIGINT');
  expect(await cli.ended).toBe(0);
  expect(deliveryLines(cli)).toEqual([]);
});

test.each([
  ['a pipe has no colours', {}, false],
  ['nor has one in a continuous integration', { CI: 'true' }, false],
  ['FORCE_COLOR asks for them', { FORCE_COLOR: '1' }, true],
  ['NO_COLOR forbids them, whatever FORCE_COLOR says', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('%s', async (_title, env, isColoured) => {
  const cli = await startBanner([], env);
  expect(cli.stdout().includes(`${escapeCode}[`)).toBe(isColoured);
  const wrong = startCli(['emulator', '--port', 'x'], env);
  await wrong.ended;
  expect(wrong.stderr().includes(`${escapeCode}[31m`)).toBe(isColoured);
});

// The `script` of other systems takes other flags.
test.runIf(process.platform === 'linux')('a terminal has colours (on Linux only)', async () => {
  // `script` runs a command in a pseudo terminal.
  const { stdout } = await run(
    'script',
    ['-qec', `'${process.execPath}' '${binary}' emulator --port x`, '/dev/null'],
    {
      env: { ...plainEnvironment, TERM: 'xterm' },
    },
  ).catch((error) => error as { stdout: string });
  expect(stdout).toContain(`${escapeCode}[31merror: --port`);
});

test('foreign text cannot steer the terminal', async () => {
  const sink = await startSink();
  const cli = await startBanner(['--sink', sink.url]);
  await waitFor(cli, () => cli.stderr().includes('SUB1 is verified'));
  const type = `entities.${escapeCode}[2J\u0007\u202e\r\nforged`;
  await control(cli, 'events', { companyId: 108061, type, unlisted: true });
  await waitFor(cli, () => cli.stdout().includes('forged'));
  const forged = deliveryLines(cli).find((line) => line.includes('forged'));
  expect(forged).toMatch(/(delivered|dropped) .*entities\. \[2J forged/);
  expect(cli.stdout()).not.toContain(escapeCode);
});
