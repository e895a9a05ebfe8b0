import { FicApiError, FicWebhooksError } from '@fic-webhooks/core/subscriptions';
import { expect } from 'vitest';

/** The `FicApiError` that a call must end with. */
export async function catchApiError(call: Promise<unknown>): Promise<FicApiError> {
  const error = await catchError(call);
  expect(error).toBeInstanceOf(FicApiError);
  expect(error).toBeInstanceOf(FicWebhooksError);
  return error as FicApiError;
}

/** What a call must throw or reject with. */
export async function catchError(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => {
      throw new Error(`It should have failed, and gave ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
