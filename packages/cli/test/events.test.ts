import { eventCatalogue } from '@fic-webhooks/core/catalogue';
import { expect, test } from 'vitest';
import { runCli, runJson } from './support/start-cli.js';

test('lists every type, one to a line in a pipe', async () => {
  const { code, stdout, stderr } = await runCli(['events']);
  expect([code, stderr]).toEqual([0, '']);
  const [head = '', ...rows] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^TYPE +SCOPES +NOTES$/);
  expect(rows.map((row) => row.split(' ')[0])).toEqual(eventCatalogue.map(({ name }) => name));
  expect(stdout).not.toContain('…');
});

test('marks groups, types that are never sent and the welcome event', async () => {
  const { stdout } = await runCli(['events']);
  const rowOf = (name: string) => stdout.split('\n').find((row) => row.startsWith(`${name} `));
  expect(rowOf('entities.all.create')).toContain('[group] Stands for 2 types.');
  expect(rowOf('issued_documents.self_invoices.create')).toContain('[never sent]');
  expect(rowOf('subscriptions.welcome')).toContain('[sent unasked]');
  expect(rowOf('products.stock_update')).toMatch(/products:r stock:r/);
  expect(rowOf('entities.clients.create')).not.toContain('[');
});

test.each([
  [
    'a pattern',
    'entities.*.create',
    ['entities.clients.create', 'entities.suppliers.create', 'entities.all.create'],
  ],
  ['a full pattern', 'it.fattureincloud.webhooks.taxes.*', ['taxes.create', 'taxes.update', 'taxes.delete']],
  ['a part, in any case', 'Stock_', ['products.stock_update']],
  ['a part of a scope', 'stock:r', ['products.stock_update']],
])('filters by %s', async (_title, filter, names) => {
  const { code, document } = await runJson<{ events: { name: string }[] }>(['events', filter]);
  expect(code).toBe(0);
  expect(document.events.map(({ name }) => name)).toEqual(names);
});

test('--json has the whole catalogue', async () => {
  const { document } = await runJson(['events']);
  expect(document).toEqual({ events: JSON.parse(JSON.stringify(eventCatalogue)) });
});

test('--scopes prints what an access token needs for what is really sent', async () => {
  const { code, stdout } = await runCli(['events', 'products.*', '--scopes']);
  expect([code, stdout]).toEqual([0, 'products:r\nstock:r\n']);
  const group = await runJson(['events', 'entities.all.create', '--scopes']);
  expect(group.document).toEqual({ scopes: ['entity.clients:r', 'entity.suppliers:r'] });
});

test.each([
  ['entities.client.create', 'Did you mean "entities.clients.create"?'],
  ['it.fattureincloud.webhooks.prodcts.update', 'Did you mean "products.update"?'],
  ['leads.*', 'Leave it out'],
])('%s matches nothing: exit code 2, and the nearest', async (filter, hint) => {
  const { code, stdout, stderr } = await runCli(['events', filter, '--json']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`[filter]: no type matches "${filter}". ${hint}`);
});
