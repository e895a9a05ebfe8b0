import { eventCatalogue, findEventType } from '@fic-webhooks/core/catalogue';
import { UsageError } from '../usage-error.js';
import { shortenType } from './read-types.js';
import { hint } from './read-value.js';

const argument = '<type>';

const sentNames = eventCatalogue.filter(({ kind }) => kind !== 'group').map(({ name }) => name);

/** A type that can be sent. */
export interface EventType {
  /** Without the prefix. */
  readonly name: string;
  /** Fatture in Cloud never sends it. */
  readonly dead: boolean;
}

/**
 * Reads the type of an event to send, short or full.
 *
 * @param options.allowUnlisted - Takes a type that is not in the catalogue.
 * @throws UsageError
 */
export function readEventType(text: string, { allowUnlisted }: { allowUnlisted: boolean }): EventType {
  const name = shortenType(text);
  const entry = findEventType(name);
  if (entry?.kind === 'group') {
    throw new UsageError(
      argument,
      `${argument}: ${text} is a group, and groups never arrive. Take one of its types, such as ${entry.members?.[0] ?? 'entities.clients.create'}.`,
    );
  }
  if (entry !== undefined) return { name: entry.name, dead: entry.dead };
  // One line of printable ASCII: it stands in a header.
  if (allowUnlisted && /^[\x21-\x7e]{1,200}$/.test(name)) return { name, dead: false };
  throw new UsageError(
    argument,
    `${argument}: there is no "${text}". ${hint(name, sentNames)}Add --unlisted to send a type that is newer than this version.`,
  );
}
