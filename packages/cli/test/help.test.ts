import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { binary, runCli } from './support/start-cli.js';

const readme = await readFile(join(dirname(dirname(binary)), 'README.md'), 'utf8');

const commands = ['emulator', 'doctor', 'conformance', 'trigger', 'verify-token', 'events'];
const groups = {
  subscriptions: ['list', 'get', 'create', 'ensure', 'verify', 'delete'],
  inbox: ['list', 'show', 'retry', 'discard', 'health'],
};

function findFlags(text: string, line: RegExp): string[] {
  return [...new Set([...text.matchAll(line)].map(([, flag = '']) => flag))]
    .filter((flag) => flag !== '--help')
    .sort();
}

/** The flags in the help of a command. */
async function helpFlags(...command: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await runCli([...command, '--help']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Examples?:$/m);
  return findFlags(stdout, /^ {2}(?:-\w, )?(--[\w-]+)/gm);
}

/** The flags in the tables of the README. */
function readmeFlags(command: string): string[] {
  const section = readme.split(`### Options of ${command}\n`)[1]?.split(/^##/m)[0] ?? '';
  return findFlags(section, /^\| `(--[\w-]+)/gm);
}

describe('--help has examples, and the README lists the same flags', () => {
  test.each(commands)('%s', async (command) => {
    const flags = await helpFlags(command);
    expect(flags.length).toBeGreaterThan(1);
    expect(readmeFlags(command)).toEqual(flags);
  });

  test.each(Object.entries(groups))('%s', async (group, names) => {
    const flags = await Promise.all(names.map((name) => helpFlags(group, name)));
    expect(readmeFlags(group)).toEqual([...new Set(flags.flat())].sort());
  });
});

test.each(commands)('--help of %s has the exit codes', async (command) => {
  const { stdout } = await runCli([command, '--help']);
  expect(stdout).toMatch(/^Exit codes: 0 .*\b1 .*\b2 /m);
});

test('the list of commands is in the help, in the README and in the help of their groups', async () => {
  const { stdout } = await runCli(['--help']);
  const listed = [...stdout.matchAll(/^ {2}([a-z-]+) .*\S$/gm)].map(([, name]) => name);
  for (const name of [...commands, ...Object.keys(groups)]) {
    expect(listed).toContain(name);
    expect(readme).toContain(`| [\`${name}\`](#${name})`);
  }
  for (const [group, names] of Object.entries(groups)) {
    const { stdout: help } = await runCli([group, '--help']);
    for (const name of names) expect(help).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(help).toContain('Exit codes: 0 done, 1 ');
  }
});
