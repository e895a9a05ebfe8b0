import { eventCatalogue, eventTypePrefix, findEventType } from '@fic-webhooks/core/catalogue';
import { UsageError } from '../../usage-error.js';
import { hint } from './read-value.js';

const flag = '--types';

const liveNames = eventCatalogue
  .filter(({ kind, dead }) => kind === 'event' && !dead)
  .map(({ name }) => name);
const subscribableNames = eventCatalogue.filter(({ kind }) => kind !== 'system').map(({ name }) => name);

/**
 * Reads the types of a subscription: short or full, groups, and patterns in which `*` stands for one or more segments.
 * Patterns become the single types that are sent today; groups stay groups, since expanding them is the service's part.
 *
 * @param texts - Each with one or more types and commas between.
 * @returns Short names, each once.
 * @throws UsageError
 */
export function readTypes(texts: readonly string[]): readonly string[] {
  const wanted = texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (wanted.length === 0) throw new UsageError(flag, `${flag} names no type. Write '*' for all.`);
  return [...new Set(wanted.flatMap(readType))];
}

function readType(text: string): readonly string[] {
  const name = text.startsWith(eventTypePrefix) ? text.slice(eventTypePrefix.length) : text;
  if (name.includes('*')) return matchPattern(text, name);
  const entry = findEventType(name);
  if (entry === undefined) {
    throw new UsageError(flag, `${flag}: there is no "${text}". ${hint(name, subscribableNames)}`.trim());
  }
  if (entry.kind === 'system') {
    throw new UsageError(flag, `${flag}: ${text} comes by itself and cannot be subscribed. Leave it out.`);
  }
  return [entry.name];
}

function matchPattern(text: string, pattern: string): readonly string[] {
  const segments = pattern
    .split('.')
    .map((segment) => (segment === '*' ? String.raw`[^.]+(?:\.[^.]+)*` : escapePattern(segment)));
  const expression = new RegExp(`^${segments.join(String.raw`\.`)}$`);
  const names = liveNames.filter((name) => expression.test(name));
  if (names.length > 0) return names;
  throw new UsageError(
    flag,
    `${flag}: the pattern "${text}" matches no type. A * stands for one or more whole segments, as in "entities.clients.*" or "*.create".`,
  );
}

function escapePattern(text: string): string {
  return text.replaceAll(/[^\w]/g, String.raw`\$&`);
}
