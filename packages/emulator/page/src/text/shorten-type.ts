import type { Delivery } from '../../../src/model/delivery.js';

const prefix = 'it.fattureincloud.webhooks.';

/** `entities.clients.create` for its full type. A type that is not of Fatture in Cloud stays as it is. */
export function shortenTypeName(type: string): string {
  return type.startsWith(prefix) ? type.slice(prefix.length) : type;
}

/** What a delivery is about, in a few letters. */
export function shortenType({ kind, type }: Pick<Delivery, 'kind' | 'type'>): string {
  if (kind === 'verification') return 'verification';
  return kind === 'welcome' ? 'welcome' : shortenTypeName(type);
}
