import { randomBytes } from 'node:crypto';
import type { FicEvent, NewInboxItem } from '@fic-webhooks/core';

const event = {
  id: '198:f059b211-24f4-44ab-9859-b1613a9a0712',
  type: 'it.fattureincloud.webhooks.entities.clients.create',
  name: 'entities.clients.create',
  resource: 'entities.clients',
  action: 'create',
  source: 'https://api-v2.fattureincloud.it',
  subject: { kind: 'company', id: '108061' },
  companyId: 108061,
  time: '2023-04-04T12:54:21+02:00',
  timestamp: 1_680_605_661_000,
  ids: [3062300],
  applicationId: 1234,
  mode: 'binary',
} as unknown as FicEvent;

/** An event of its own. */
export function newItem(changes: Partial<NewInboxItem> = {}): NewInboxItem {
  return {
    key: randomBytes(32).toString('hex'),
    fingerprint: 'first',
    name: 'entities.clients.create',
    payload: { kind: 'event', event },
    receivedAt: Date.now(),
    retention: 86_400_000,
    ...changes,
  };
}
