import { randomBytes } from 'node:crypto';

/** @import { FicEvent, NewInboxItem } from '@fic-webhooks/core' */

const day = 86_400_000;

/**
 * Distinct events, as the receiver hands them to an inbox.
 *
 * @param {number} count
 * @returns {NewInboxItem[]}
 */
export function makeItems(count) {
  return Array.from({ length: count }, (_, index) => {
    /** @type {unknown} */
    const event = {
      id: `198:${randomBytes(16).toString('hex')}`,
      type: 'it.fattureincloud.webhooks.entities.clients.create',
      name: 'entities.clients.create',
      resource: 'entities.clients',
      action: 'create',
      source: 'https://api-v2.fattureincloud.it',
      subject: { kind: 'company', id: '108061' },
      companyId: 108061,
      time: '2023-04-04T12:54:21+02:00',
      timestamp: 1_680_605_661_000,
      ids: [index],
      applicationId: 1234,
      mode: 'binary',
    };
    return {
      key: randomBytes(32).toString('hex'),
      fingerprint: randomBytes(32).toString('hex'),
      name: 'entities.clients.create',
      payload: { kind: 'event', event: /** @type {FicEvent} */ (event) },
      receivedAt: Date.now(),
      retention: day,
    };
  });
}
