import { eventCatalogue, eventTypePrefix, findEventType } from '@fic-webhooks/core/catalogue';
import { UsageError } from '../usage-error.js';
import { createPatternTest } from './match-pattern.js';
import { hint } from './read-value.js';

const flag = '--types';

const liveNames = eventCatalogue
  .filter(({ kind, dead }) => kind === 'event' && !dead)
  .map(({ name }) => name);
const subscribableNames = eventCatalogue.filter(({ kind }) => kind !== 'system').map(({ name }) => name);

/** What else than the listed types is taken. */
export interface ReadTypesOptions {
  /** Takes types that are not in the catalogue, as they are. Default false. */
  readonly allowUnknown?: boolean | undefined;
  /** Refuses types that are never sent. Default false. */
  readonly refuseDead?: boolean | undefined;
}

/**
 * Reads the types of a subscription: short or full, groups, and patterns in which `*` stands for one or more segments.
 * Patterns become the single types that are sent today; groups stay groups, since expanding them is the service's part.
 *
 * @param texts - Each with one or more types and commas between.
 * @returns Short names, each once.
 * @throws UsageError
 */
export function readTypes(texts: readonly string[], options: ReadTypesOptions = {}): readonly string[] {
  const wanted = texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (wanted.length === 0) throw new UsageError(flag, `${flag} names no type. Write '*' for all.`);
  return [...new Set(wanted.flatMap((text) => readType(text, options)))];
}

function readType(
  text: string,
  { allowUnknown = false, refuseDead = false }: ReadTypesOptions,
): readonly string[] {
  const name = shortenType(text);
  if (name.includes('*')) return matchPattern(text, name);
  const entry = findEventType(name);
  if (entry === undefined) {
    if (allowUnknown) return [name];
    throw new UsageError(flag, `${flag}: there is no "${text}". ${hint(name, subscribableNames)}`.trim());
  }
  if (entry.kind === 'system') {
    throw new UsageError(flag, `${flag}: ${text} comes by itself and cannot be subscribed. Leave it out.`);
  }
  if (entry.dead && refuseDead) {
    throw new UsageError(
      flag,
      `${flag}: ${text} is never sent, so nothing would ever arrive. ${entry.note ?? ''}`.trim(),
    );
  }
  return [entry.name];
}

/** The type without its prefix, if it has one. */
export function shortenType(type: string): string {
  return type.startsWith(eventTypePrefix) ? type.slice(eventTypePrefix.length) : type;
}

function matchPattern(text: string, pattern: string): readonly string[] {
  const names = liveNames.filter(createPatternTest(pattern));
  if (names.length > 0) return names;
  throw new UsageError(
    flag,
    `${flag}: the pattern "${text}" matches no type. A * stands for one or more whole segments, as in "entities.clients.*" or "*.create".`,
  );
}
