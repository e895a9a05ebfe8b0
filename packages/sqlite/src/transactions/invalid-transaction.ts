import { FicWebhooksError } from '@fic-webhooks/core';

/** The error for whatever would break a transaction. It is rolled back. */
export function invalidTransaction(message: string): FicWebhooksError {
  return new FicWebhooksError('transaction-invalid', message);
}
