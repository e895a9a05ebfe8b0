import { type EventTypeEntry, findEventType } from '@fic-webhooks/core/catalogue';

/** The catalogue entry of a type that a subscription may name, groups included. Only full names count. */
export function findSubscribable(type: string): EventTypeEntry | undefined {
  const entry = findEventType(type);
  return entry !== undefined && entry.type === type && entry.kind !== 'system' ? entry : undefined;
}
