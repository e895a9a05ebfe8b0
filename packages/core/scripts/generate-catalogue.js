/**
 * Writes the two generated files from `data/event-types.json`, or with `--check` fails when they differ.
 *
 * The names alone go into the receiver; scopes and notes go into the `./catalogue` entry, out of its weight.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} EventTypeFact
 * @property {string} name
 * @property {'event' | 'group' | 'system'} kind
 * @property {string} resource
 * @property {string} action
 * @property {boolean} [dead]
 * @property {string[]} scopes
 * @property {boolean} [scopesInferred]
 * @property {{ sdk: string, http: string }} [read]
 * @property {string[]} [members]
 * @property {string[]} [membersDocumented]
 * @property {string} [note]
 */

const dataFile = new URL('../data/event-types.json', import.meta.url);
/** @type {{ prefix: string, types: EventTypeFact[] }} */
const { prefix, types } = JSON.parse(readFileSync(dataFile, 'utf8'));

checkFacts();
const banner = '// Generated from data/event-types.json by scripts/generate-catalogue.js. Do not edit.\n';
const targets = new Map([
  ['../src/events/event-names.generated.ts', banner + renderNames()],
  ['../src/catalogue/event-catalogue.generated.ts', banner + renderCatalogue()],
]);

let drifted = false;
for (const [path, wanted] of targets) {
  const url = new URL(path, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(url, wanted);
    continue;
  }
  if (readFileSync(url, 'utf8') !== wanted) {
    drifted = true;
    console.error(
      `${fileURLToPath(url)} differs from data/event-types.json. Run: npm run catalogue --workspace @fic-webhooks/core`,
    );
  }
}
if (drifted) process.exit(1);
console.log(
  `${types.length} event types, generated files ${process.argv.includes('--check') ? 'match' : 'written'}`,
);

/** The rules that the data must keep, whoever edits it next. */
function checkFacts() {
  const byName = new Map(types.map((type) => [type.name, type]));
  if (byName.size !== types.length) throw new Error('data/event-types.json names a type twice');
  for (const type of types) {
    if (type.name !== `${type.resource}.${type.action}`)
      throw new Error(`${type.name} is not its resource and action`);
    if ((type.kind === 'group') !== (type.members !== undefined))
      throw new Error(`${type.name}: members belong to groups, and only to them`);
    for (const member of type.members ?? []) {
      const fact = byName.get(member);
      if (fact === undefined) throw new Error(`${type.name} expands to ${member}, which is not listed`);
      if (fact.kind !== 'event')
        throw new Error(`${type.name} expands to ${member}, which is no single event`);
      if (fact.dead) throw new Error(`${type.name} expands to ${member}, which never fires`);
    }
  }
}

function renderNames() {
  const concrete = types.filter((type) => type.kind !== 'group').map((type) => type.name);
  const groups = types.filter((type) => type.kind === 'group').map((type) => type.name);
  return `
/** What every full event type begins with. */
export const eventTypePrefix = ${quote(prefix)};

/** The short names of all single events, the welcome event included, groups excluded. */
export const eventNames = [
${concrete.map((name) => `  ${quote(name)},\n`).join('')}] as const;

/** Short names that stand for several events in a subscription and never arrive in a notification. */
export const eventGroupNames = [
${groups.map((name) => `  ${quote(name)},\n`).join('')}] as const;
`;
}

function renderCatalogue() {
  const entries = types.map((type) => {
    const fields = [
      `name: ${quote(type.name)}`,
      `type: ${quote(prefix + type.name)}`,
      `kind: ${quote(type.kind)}`,
      `resource: ${quote(type.resource)}`,
      `action: ${quote(type.action)}`,
      `dead: ${type.dead === true}`,
      `scopes: ${list(type.scopes)}`,
      `scopesInferred: ${type.scopesInferred === true}`,
    ];
    if (type.read) fields.push(`read: { sdk: ${quote(type.read.sdk)}, http: ${quote(type.read.http)} }`);
    if (type.members) fields.push(`members: ${list(type.members)}`);
    if (type.membersDocumented) fields.push(`membersDocumented: ${list(type.membersDocumented)}`);
    if (type.note) fields.push(`note: ${quote(type.note)}`);
    return `  {\n${fields.map((field) => `    ${field},\n`).join('')}  },\n`;
  });
  return `import type { EventTypeEntry } from './event-type-entry.js';

/** Every event type that Fatture in Cloud documents, groups and the welcome event included. */
export const eventCatalogue: readonly EventTypeEntry[] = [
${entries.join('')}];
`;
}

/** @param {readonly string[]} values */
function list(values) {
  return `[${values.map(quote).join(', ')}]`;
}

/** @param {string} text */
function quote(text) {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}
