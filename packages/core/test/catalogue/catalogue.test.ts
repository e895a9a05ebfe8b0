import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type EventTypeEntry,
  eventCatalogue,
  eventTypePrefix,
  findEventType,
} from '../../src/catalogue/index.js';
import { eventGroupNames, eventNames } from '../../src/events/event-names.generated.js';
import { matchEventNames } from '../../src/events/event-pattern.js';

const root = new URL('../../', import.meta.url);
const data = JSON.parse(readFileSync(new URL('data/event-types.json', root), 'utf8')) as {
  prefix: string;
  types: readonly (Partial<EventTypeEntry> & { readonly name: string })[];
};
const groups = eventCatalogue.filter(({ kind }) => kind === 'group');

test('the generated files match the data', () => {
  const script = fileURLToPath(new URL('scripts/generate-catalogue.js', root));
  const output = execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect(output).toBe(`${data.types.length} event types, generated files match\n`);
});

test('the catalogue says what the data says, and adds the full type', () => {
  expect(eventTypePrefix).toBe(data.prefix);
  expect(eventCatalogue).toEqual(
    data.types.map((type) => ({
      dead: false,
      scopesInferred: false,
      ...type,
      type: data.prefix + type.name,
    })),
  );
});

test('the names of the receiver are those of the catalogue', () => {
  expect([...eventNames]).toEqual(
    eventCatalogue.filter(({ kind }) => kind !== 'group').map(({ name }) => name),
  );
  expect([...eventGroupNames]).toEqual(groups.map(({ name }) => name));
  expect(eventCatalogue.filter(({ kind }) => kind === 'system').map(({ name }) => name)).toEqual([
    'subscriptions.welcome',
  ]);
});

describe('groups', () => {
  test.each(groups.map((group) => [group.name, group] as const))(
    '%s expands to live single types alone',
    (name, group) => {
      const members = group.members ?? [];
      expect(members.length).toBeGreaterThan(1);
      for (const member of members) {
        expect(findEventType(member)).toMatchObject({ kind: 'event', dead: false, action: group.action });
      }
      expect(new Set(members).size).toBe(members.length);
      const [family = '', , action = ''] = name.split('.');
      const matched: readonly string[] = matchEventNames(`${family}.*.${action}`);
      for (const member of members) expect(matched).toContain(member);
    },
  );

  test('only groups have members', () => {
    for (const entry of eventCatalogue) expect(entry.members !== undefined).toBe(entry.kind === 'group');
  });

  test('self invoices of the old kind are dead, and in no group', () => {
    const dead = eventCatalogue.filter((entry) => entry.dead).map(({ name }) => name);
    expect(dead).not.toEqual([]);
    for (const name of dead) expect(name).toMatch(/^issued_documents\.self_invoices\./);
    expect(groups.flatMap(({ members = [] }) => members).filter((name) => dead.includes(name))).toEqual([]);
  });
});

describe('findEventType', () => {
  test.each(eventCatalogue.map((entry) => [entry.name, entry] as const))(
    '%s, short and in full',
    (name, entry) => {
      expect(findEventType(name)).toBe(entry);
      expect(findEventType(entry.type)).toBe(entry);
      expect(entry.name).toBe(`${entry.resource}.${entry.action}`);
      if (entry.kind === 'event') expect(entry.scopes.length).toBeGreaterThan(0);
      for (const scope of entry.scopes) expect(scope).toMatch(/^[a-z_.]+:[ra]$/);
    },
  );

  test.each([
    ['entities.leads.create'],
    [''],
    ['entities'],
    ['entities.*'],
    ['__proto__'],
    ['it.fattureincloud.webhooks.'],
  ])('%j is not listed', (name) => {
    expect(findEventType(name)).toBeUndefined();
  });

  test('the documented example', () => {
    expect(findEventType('products.stock_update')?.scopes).toEqual(['products:r', 'stock:r']);
  });
});
