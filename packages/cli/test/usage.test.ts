import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { binary, startCli } from './support/start-cli.js';

const packageFolder = dirname(dirname(binary));
const sink = ['--sink', 'http://localhost:1/'];

/** Each with what the message must say: the flag, and the cure. */
const wrongUsage: [args: string[], says: RegExp[]][] = [
  [[], [/Usage: fic-webhooks/]],
  [['emulater'], [/unknown command 'emulater'/, /Did you mean emulator\?/]],
  [
    ['emulator', '--prot', '1'],
    [/unknown option '--prot'/, /Did you mean --port\?/],
  ],
  [['emulator', 'now'], [/too many arguments/]],
  [['emulator', '--state'], [/'--state <file>' argument missing/]],
  [['emulator', '--host', ''], [/--host/]],
  [
    ['emulator', '--port', 'x'],
    [/--port is "x"/, /whole number/],
  ],
  [
    ['emulator', '--port', '70000'],
    [/--port/, /65535/],
  ],
  [['emulator', '--port', '-1'], [/--port/]],
  [['emulator', '--allow-host', ''], [/--allow-host/]],
  [['emulator', '--state', ''], [/--state/]],
  [
    ['emulator', '--clock', 'manuel'],
    [/--clock is "manuel"/, /Did you mean "manual"\?/],
  ],
  [
    ['emulator', '--sink', 'localhost:3000'],
    [/--sink is "localhost:3000"/, /http:\/\/localhost:3000/],
  ],
  [['emulator', '--sink', 'not a url'], [/--sink/]],
  [['emulator', '--sink', ' http://localhost:1/'], [/--sink is " http/]],
  [
    ['emulator', '--sink', 'http://192.0.2.1/hook'],
    [/--sink .*192\.0\.2\.1/, /--allow-remote-sinks/],
  ],
  [['emulator', '--sink', 'http://[::ffff:192.0.2.1]/'], [/--sink .*another machine/]],
  [
    ['emulator', '--sink', 'http://192.0.2.1/', '--allow-remote-sinks'],
    [/--sink is plain HTTP/, /HTTPS/],
  ],
  [['emulator', '--sink', 'http://localhost:0/'], [/--sink has port 0/]],
  [
    ['emulator', '--sink', 'http://nowhere.invalid/'],
    [/--sink is plain HTTP/, /localhost/, /HTTPS/],
  ],
  [['emulator', '--sink', 'http://me:secret@localhost:1/'], [/--sink has a user name or a password/]],
  [
    ['emulator', ...sink, '--require-https'],
    [/--sink is plain HTTP/, /--require-https/],
  ],
  [['emulator', ...sink, '--types', 'entities.client.create'], [/"entities\.clients\.create"\?/]],
  [['emulator', ...sink, '--types', 'issued_documents.al.create'], [/"issued_documents\.all\.create"\?/]],
  [['emulator', ...sink, '--types', 'leads.*'], [/--types: the pattern "leads\.\*" matches no type/]],
  [['emulator', ...sink, '--types', '(.*'], [/--types: the pattern "\(\.\*"/]],
  [['emulator', ...sink, '--types', 'subscriptions.welcome'], [/--types: .*comes by itself/]],
  [
    ['emulator', ...sink, '--types', 'issued_documents.self_invoices.create'],
    [/--types: .*is never sent/, /self_own_invoices/],
  ],
  [['emulator', ...sink, '--types', ','], [/--types names no type/]],
  [['emulator', ...sink, '--company', 'acme'], [/--company is "acme"/]],
  [['emulator', ...sink, '--company', '0'], [/--company is 0/]],
  [
    ['emulator', ...sink, '--mapping', 'binaryy'],
    [/--mapping is "binaryy"/, /Did you mean "binary"\?/],
  ],
  [
    ['emulator', ...sink, '--verification-method', 'heder'],
    [/--verification-method/, /"header"\?/],
  ],
  [['emulator', '--types', 'products.*'], [/--types does nothing without --sink/]],
  [['emulator', '--company', '5'], [/--company does nothing without --sink/]],
  [['emulator', '--mapping', 'binary'], [/--mapping does nothing without --sink/]],
  [['emulator', '--verification-method', 'query'], [/--verification-method does nothing without --sink/]],
  [['emulator', '--application-id', '0'], [/--application-id/]],
  [['emulator', '--application-id', '12a'], [/--application-id is "12a"/]],
  [
    ['emulator', '--access-token-env', 'NOT_SET_ANYWHERE'],
    [/--access-token-env/, /NOT_SET_ANYWHERE is not set/],
  ],
  [['emulator', '--access-token-env', 'EMPTY'], [/EMPTY is empty/]],
  [['emulator', '--behaviour', 'onTimeout'], [/--behaviour is "onTimeout", without a value/]],
  [
    ['emulator', '--behaviour', 'onTimeot=retried'],
    [/--behaviour/, /Did you mean "onTimeout"\?/],
  ],
  [
    ['emulator', '--behaviour', 'onTimeout=retryed'],
    [/--behaviour onTimeout/, /Did you mean "retried"\?/],
  ],
  [
    ['emulator', '--behaviour', 'answerTimeout=5 parsecs'],
    [/--behaviour answerTimeout is "5 parsecs"/, /"10m"/],
  ],
  [
    ['emulator', '--behaviour', 'answerTimeout=1d'],
    [/--behaviour answerTimeout/, /600000/],
  ],
  [['emulator', '--behaviour', 'retryIntervals=1m,2m'], [/--behaviour retryIntervals/]],
  [['emulator', '--behaviour', 'retryIntervals=1m,x,2m'], [/--behaviour retryIntervals is "x"/]],
  [['emulator', '--behaviour', 'deliveriesAtOnce=many'], [/--behaviour deliveriesAtOnce is "many"/]],
  [
    ['emulator', '--fault', 'dely=0.5'],
    [/--fault/, /Did you mean "delay"\?/],
  ],
  [
    ['emulator', '--fault', 'delay=1.5'],
    [/--fault delay is "1\.5"/, /from 0 \(never\) to 1 \(always\)/],
  ],
  [['emulator', '--fault', 'delay='], [/--fault delay is ""/]],
  [['emulator', '--fault', 'delay'], [/--fault is "delay", without a value/]],
  [['emulator', '--seed', '1.5'], [/--seed is "1\.5"/]],
  [['emulator', '--keep-deliveries', '0'], [/--keep-deliveries/]],
];

describe('wrong usage is named, exits with 2 and starts nothing', () => {
  test.each(wrongUsage.map(([args, says]) => ({ args, says, title: args.join(' ') || '(nothing)' })))(
    '$title',
    async ({ args, says }) => {
      const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-cli-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const state = join(folder, 'state.db');
      const withState =
        args[0] === 'emulator' && !args.includes('--state') ? [...args, '--state', state] : args;
      const run = startCli(withState, { EMPTY: '' });
      expect(await run.ended).toBe(2);
      for (const pattern of says) expect(run.stderr()).toMatch(pattern);
      expect(run.stdout()).toBe('');
      expect(run.stderr()).not.toMatch(/^ +at /m);
      await expect(stat(state)).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );
});

test('--version is the one of the package', async () => {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const run = startCli(['--version']);
  expect([await run.ended, run.stdout()]).toEqual([0, `${version}\n`]);
});

/** The folder of an installed package, from the path of a module in it. */
function folderOf(module: string, name: string): string {
  const marker = join('node_modules', name);
  return module.slice(0, module.lastIndexOf(marker) + marker.length);
}

const everyCommand = [
  ...['emulator', 'doctor', 'conformance', 'trigger', 'verify-token', 'events'].map((name) => [name]),
  ...['list', 'get', 'create', 'ensure', 'verify', 'delete'].map((name) => ['subscriptions', name]),
  ...['list', 'show', 'retry', 'discard', 'health'].map((name) => ['inbox', name]),
];

test('--help of every command loads nothing that a command needs to run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // An installation in which nothing is there but what --help needs.
  await mkdir(join(folder, 'node_modules'));
  const require = createRequire(binary);
  for (const name of ['commander', 'picocolors']) {
    await symlink(folderOf(require.resolve(name), name), join(folder, 'node_modules', name));
  }
  for (const name of ['bin', 'dist', 'package.json']) {
    await cp(join(packageFolder, name), join(folder, name), { recursive: true });
  }
  const copy = join(folder, 'bin', 'fic-webhooks.js');
  for (const command of everyCommand) {
    const help = startCli([...command, '--help'], {}, copy);
    expect([command, await help.ended, help.stderr()]).toEqual([command, 0, '']);
  }
  for (const command of [['emulator'], ['events']]) {
    const run = startCli(command, {}, copy);
    expect(await run.ended).toBe(1);
    expect(run.stderr()).toContain("Cannot find package '@fic-webhooks/");
  }
});
