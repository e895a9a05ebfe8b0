import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { resolveWorkerOptions } from '../src/inbox/resolve-worker-options.js';
import { notices } from '../src/receiver/notices.js';
import { describeOutcome, type OutcomeCode, outcomes } from '../src/receiver/outcomes.js';
import { resolveOptions } from '../src/receiver/resolve-options.js';

// The README's tables say what the code does. Two of them are generated: FIC_UPDATE_README=1 writes them anew.

const file = new URL('../README.md', import.meta.url);
const readme = await readFile(file, 'utf8');

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
function readSection(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n+(.*?)\\n*<!-- /${name} -->`, 's').exec(readme);
  if (found === null) throw new Error(`The README has no section ${name}.`);
  return found[1] ?? '';
}

/** The cells of the table's body, without padding. */
function readRows(section: string): string[][] {
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

async function expectTable(name: string, wanted: readonly string[][]): Promise<void> {
  if (process.env['FIC_UPDATE_README'] === '1') {
    const section = new RegExp(`(<!-- ${name} -->\\n).*?(<!-- /${name} -->)`, 's');
    const [head = [], ...rows] = wanted;
    const table = [head, head.map(() => '---'), ...rows]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replace(section, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`),
    );
    return;
  }
  const command = 'FIC_UPDATE_README=1 npx vitest run --root packages/core test/readme.test.ts';
  expect(readRows(readSection(name)), `The table differs from the code. Run: ${command}`).toEqual(
    wanted.slice(1),
  );
}

/** What the table says beside the code and the status. */
const meanings: Partial<Record<OutcomeCode, string>> = {
  challenged: 'The verification request: the challenge is echoed.',
  handled: 'All handlers have succeeded.',
  stored: 'The inbox has stored the event.',
  duplicate: 'The event has been handled or stored before.',
  unhandled: 'No handler matches, or the type is unknown.',
  welcome: 'The first event of a subscription.',
  'company-ignored': 'Acknowledged, not handled.',
  'handler-failed': 'A handler failed: the log line and `onError` say why.',
  'handler-postponed': 'A handler called `retryAfter`.',
};

test('the outcomes are those of the code', async () => {
  const rows = (Object.keys(outcomes) as OutcomeCode[]).map((code) => {
    const { status, kept, title, alert, cause = '', cure = '' } = describeOutcome(code);
    const meaning = meanings[code] ?? title ?? '';
    expect(meaning, `${code} has no meaning`).not.toBe('');
    const statuses = kept === undefined ? `${status}` : `${status}, ${kept}`;
    return [`\`${code}\``, statuses, alert ? 'yes' : '', meaning, cause, cure];
  });
  const head = ['code', 'status', 'alert', 'what happened', 'likely cause', 'cure'];
  await expectTable('outcomes', [head, ...rows]);
});

test('the notices are those of the code', async () => {
  const rows = Object.entries(notices).map(([code, row]) => [
    `\`${code}\``,
    'alert' in row ? 'yes' : '',
    row.title,
    row.cause,
    row.cure,
  ]);
  await expectTable('notices', [['code', 'alert', 'what happened', 'likely cause', 'cure'], ...rows]);
});

test('every option is in the table, with its default', () => {
  const rows = readRows(readSection('options'));
  const defaults = new Map(rows.map(([name, byDefault]) => [name, byDefault]));

  let message = '';
  try {
    resolveOptions({ sink: 'https://example.com/', applicationId: 1, nothing: 1 } as never);
  } catch (error) {
    message = (error as Error).message;
  }
  const names = /The options are: (.*)\.$/.exec(message)?.[1]?.split(', ') ?? [];
  expect(names.length).toBeGreaterThan(10);
  expect([...defaults.keys()].sort()).toEqual(names.map((name) => `\`${name}\``).sort());

  const resolved = resolveOptions({ sink: 'https://example.com/', applicationId: 1 });
  expect(defaults.get('`clockTolerance`')).toBe(`\`${resolved.rules.clockTolerance}\``);
  for (const name of ['answerWithin', 'handlerMaxRuntime', 'bodyLimit'] as const) {
    expect(defaults.get(`\`${name}\``)).toBe(`\`${resolved[name]}\``);
  }
  expect(resolved.logger).toBe(console);
  expect(resolved.store).toBeDefined();
});

test('every option of the worker is in the table, with its default', () => {
  const rows = readRows(readSection('worker-options'));
  const defaults = Object.entries(resolveWorkerOptions(undefined));
  expect(rows.map(([name, byDefault]) => [name, byDefault])).toEqual(
    defaults.map(([name, byDefault]) => [`\`${name}\``, `\`${byDefault}\``]),
  );
});

test('every error code is in the table, and no other', async () => {
  const source = await readFile(new URL('../src/errors/fic-webhooks-error.ts', import.meta.url), 'utf8');
  const declared = [...source.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);
  expect(declared.length).toBeGreaterThan(10);
  const listed = readRows(readSection('errors')).map(([code]) => code?.replaceAll('`', ''));
  expect(listed.sort()).toEqual(declared.sort());
});
