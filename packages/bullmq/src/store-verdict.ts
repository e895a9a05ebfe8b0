import type { Verdict } from '@fic-webhooks/core';
import type { IQueueBackend } from 'bullmq';
import type { Claim } from './claim.js';
import { notAnAttempt, writeFailedReason } from './dead-letter.js';
import type { Engine } from './engine.js';
import { dueField } from './redis/redis-scripts.js';
import { storableText } from './storable-text.js';

/** The codes with which BullMQ says that a lock is gone, or another's, or the job with it. */
const lockLost: readonly unknown[] = [-1, -2, -3, -6];

/** Ends a claim in the store. BullMQ looks at the lock in the same step. */
export async function storeVerdict(
  backend: IQueueBackend,
  { id, job, lock }: Claim,
  verdict: Verdict,
  { removeOnComplete }: Pick<Engine, 'removeOnComplete'>,
): Promise<void> {
  switch (verdict.kind) {
    case 'done':
      await backend.moveToCompleted(job, null, removeOnComplete, lock, false);
      return;
    case 'retry':
    case 'postpone': {
      const now = Date.now();
      const after = Math.max(0, Math.ceil(verdict.after));
      const failure = verdict.kind === 'retry' ? describeAttempt(storableText(verdict.error)) : {};
      await backend.moveToDelayed(id, now, after, lock, {
        skipAttempt: verdict.kind === 'postpone',
        // PostgreSQL keeps the time by itself, and passes over what it does not know.
        fieldsToUpdate: { ...failure, [dueField]: now + after },
      });
      return;
    }
    case 'bury': {
      const error = storableText(verdict.error);
      const stacktrace = verdict.failed ? [error] : [error, notAnAttempt];
      const reason = writeFailedReason(verdict.reason, error);
      await backend.moveToFailed(job, reason, false, lock, false, {
        stacktrace: JSON.stringify(stacktrace),
      });
      return;
    }
  }
}

function describeAttempt(error: string) {
  return { failedReason: error, stacktrace: JSON.stringify([error]) };
}

/** Whether BullMQ refused because the claim is over. */
export function isLockLost(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return lockLost.includes(code) || lockLost.includes(cause?.code);
}
