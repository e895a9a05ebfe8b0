import { createHash, randomBytes } from 'node:crypto';

// BullMQ remembers under a deduplication id the id of the first job, and gives it back for every later one, also when
// that job is gone. So the id of a job carries the fingerprint: one round trip tells a duplicate from a conflict.
// It is fresh for each add, because BullMQ takes the id of a job that is still there for a success.

/** The id of a new job. */
export function createJobId(key: string, fingerprint: string): string {
  return `${jobIdPrefix(key)}${shorten(fingerprint, 32)}-${randomBytes(9).toString('base64url')}`;
}

/** What the ids of all jobs with a key begin with. */
export function jobIdPrefix(key: string): string {
  return `${shorten(key, 16)}-`;
}

/** Whether a job was added for an event with this fingerprint. */
export function hasFingerprint(jobId: string, fingerprint: string): boolean {
  return jobId.split('-', 2)[1] === shorten(fingerprint, 32);
}

/** Not as it is given: a job id may not hold a colon, and the pattern that finds ids no wildcard. */
function shorten(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
