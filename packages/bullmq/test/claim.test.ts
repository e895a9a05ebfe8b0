import type { Job } from 'bullmq';
import { expect, test } from 'vitest';
import { Claim } from '../src/claim.js';
import { type JobData, writeJobData } from '../src/job-data.js';
import { newItem } from './support/open-inbox.js';

/** A claim on a job that BullMQ says was taken up at this time. */
function claimAt(processedOn: number): Claim {
  const data = writeJobData(newItem());
  const job = { attemptsMade: 0, stalledCounter: 0, processedOn } as Job<JobData>;
  return new Claim({ job, data, lock: 'lock', lease: 2_000, save: async () => true });
}

test('a claim that was answered after its lease is lost from the start: nothing is begun on it', () => {
  const claim = claimAt(Date.now() - 2_500);
  expect(claim.item.signal.aborted).toBe(true);
  expect(claim.over).toBe(true);
});

test('a claim that was answered in time stands', () => {
  const claim = claimAt(Date.now() - 200);
  expect(claim.item.signal.aborted).toBe(false);
  expect(claim.over).toBe(false);
  claim.end();
});
