import { type DeadLetter, type DeadLetterReason, deadLetterReasons } from '@fic-webhooks/core';
import type { JobJson } from 'bullmq';
import { parseJobData, readPayload } from './job-data.js';
import { parseJson } from './parse-json.js';
import { storableText } from './storable-text.js';

/**
 * The last line of a stack trace when the start that ended in the dead letters was no failure. BullMQ counts every start
 * that ends there as an attempt, and has no other place that is written in the same step on both back ends.
 */
export const notAnAttempt = 'Not counted as an attempt.';

/** The text that dashboards show as the reason of a failure. */
export function writeFailedReason(reason: DeadLetterReason, error: string): string {
  return error === '' ? reason : `${reason}: ${storableText(error)}`;
}

/** A dead letter, or undefined for a failed job that is none of ours. */
export function readDeadLetter(job: JobJson): DeadLetter | undefined {
  const data = parseJobData(job.data);
  if (data === undefined) return undefined;
  const counted = !readStacktrace(job).includes(notAnAttempt);
  const { key, name, receivedAt, handled, stalledBefore } = data;
  return {
    key,
    name,
    ...readFailedReason(job.failedReason ?? ''),
    payload: readPayload(data),
    attempts: Math.max(0, (job.attemptsMade ?? 0) - (counted ? 0 : 1)),
    crashes: Math.max(0, (job.stalledCounter ?? 0) - stalledBefore),
    handled,
    receivedAt,
    buriedAt: job.finishedOn ?? receivedAt,
  };
}

/** What was written by {@link writeFailedReason}, or by somebody else. */
export function readFailedReason(text: string): Pick<DeadLetter, 'reason' | 'error'> {
  const colon = text.indexOf(':');
  const word = colon === -1 ? text : text.slice(0, colon);
  const reason = deadLetterReasons.find((known) => known === word);
  if (reason !== undefined) {
    return { reason, error: colon === -1 ? '' : text.slice(colon + 2) };
  }
  // Somebody else's worker or a dashboard failed it. BullMQ's own words for a job whose worker died:
  const likely: DeadLetterReason = text.startsWith('job stalled') ? 'crash-loop' : 'attempts';
  return { reason: likely, error: text };
}

function readStacktrace({ stacktrace }: JobJson): readonly unknown[] {
  const lines = parseJson(stacktrace || '[]');
  return Array.isArray(lines) ? lines : [];
}
