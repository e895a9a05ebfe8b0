import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { behaviourDescriptions } from '../../src/model/behaviour-descriptions.js';
import { type ServiceBehaviour, worstBehaviour } from '../../src/model/service-behaviour.js';

const file = new URL('../../README.md', import.meta.url);

test('the README lists every behaviour with its default', async () => {
  const text = await readFile(file, 'utf8');
  const table = formatTable();
  const updated = text.replace(
    /<!-- behaviour -->[\s\S]*<!-- \/behaviour -->/,
    () => `<!-- behaviour -->\n\n${table}\n\n<!-- /behaviour -->`,
  );
  // FIC_UPDATE_README=1 writes it.
  if (process.env['FIC_UPDATE_README'] === '1') await writeFile(file, updated);
  // The formatter pads the columns.
  else expect(unpad(text)).toBe(unpad(updated));
});

function formatTable(): string {
  const rows = (Object.keys(behaviourDescriptions) as (keyof ServiceBehaviour)[]).map((name) => {
    const { meaning, choices } = behaviourDescriptions[name];
    const value = worstBehaviour[name];
    const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const others =
      typeof choices === 'string'
        ? choices
        : choices
            .filter((choice) => choice !== value)
            .map(code)
            .join(', ');
    return `| ${code(name)} | ${code(shown)} | ${others} | ${meaning} |`;
  });
  return ['| behaviour | default | others | what it decides |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function unpad(text: string): string {
  return text.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---');
}

function code(text: string): string {
  return `\`${text}\``;
}
