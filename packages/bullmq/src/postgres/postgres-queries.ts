// What BullMQ has no call for. The tables are those of BullMQ: `job`, and `dedup` with the id of the first job.
// https://github.com/taskforcesh/bullmq/tree/master/src/postgres/migrations

/** Queue, id, data, token. */
export const saveActiveQuery = `
UPDATE job SET data = $3::jsonb
 WHERE queue = $1 AND id = $2 AND state = 'active' AND lock_token = $4`;

/** Queue, id, data. */
export const saveFailedQuery = `
UPDATE job SET data = $3::jsonb WHERE queue = $1 AND id = $2 AND state = 'failed'`;

/** Queue, beginning of the lock token. */
export const findActiveQuery = `
SELECT id, lock_token AS lock FROM job WHERE queue = $1 AND state = 'active' AND starts_with(lock_token, $2)`;

/** Queue, id, token. Behind all that wait, as when a claim has run out; workers that wait are told. */
export const giveBackQuery = `
WITH back AS (
  UPDATE job SET state = 'waiting', seq = nextval('job_seq'), lock_token = NULL, locked_until_ms = NULL
   WHERE queue = $1 AND id = $2 AND state = 'active' AND lock_token = $3 RETURNING id)
SELECT pg_notify('bullmq_jobs', $1) FROM back`;

/** Queue, key. What BullMQ locks too while it adds a job with this key, until the transaction ends. */
export const lockKeyQuery = `SELECT pg_advisory_xact_lock(hashtext('bullmq:dedup:' || $1 || ':' || $2))`;

/** Queue, key, id, now, expiry. */
export const takeKeyQuery = `
INSERT INTO dedup (queue, dedup_id, job_id, expire_at_ms) VALUES ($1, $2, $3, $5)
ON CONFLICT (queue, dedup_id) DO UPDATE SET job_id = EXCLUDED.job_id, expire_at_ms = EXCLUDED.expire_at_ms
  WHERE dedup.expire_at_ms <= $4`;

/** Queue, key, id, now, name, data, reason, stack trace. */
export const insertFailedQuery = `
INSERT INTO job (queue, id, seq, name, state, data, opts, added_at_ms, finished_at_ms, failed_reason, stacktrace, dedup_id)
VALUES ($1, $3, nextval('job_seq'), $5, 'failed', $6::jsonb, '{"attempts":0}', $4, $4, $7, $8::jsonb, $2)`;

/** Queue, key, id, expiry. */
export const discardQuery = `
WITH gone AS (DELETE FROM job WHERE queue = $1 AND id = $3 AND state = 'failed' RETURNING id)
INSERT INTO dedup (queue, dedup_id, job_id, expire_at_ms) SELECT $1, $2, id, $4 FROM gone
ON CONFLICT (queue, dedup_id) DO UPDATE SET job_id = EXCLUDED.job_id, expire_at_ms = EXCLUDED.expire_at_ms`;

/** Queue, time, id, limit. Ids are compared by their bytes, as Redis does. */
export const listFailedQuery = `
SELECT id, finished_at_ms AS at FROM job
 WHERE queue = $1 AND state = 'failed'
   AND ($2::bigint IS NULL OR (finished_at_ms >= $2 AND (finished_at_ms > $2 OR id COLLATE "C" > $3)))
 ORDER BY finished_at_ms, id COLLATE "C" LIMIT $4`;

/** Queue, ids. */
export const failedReasonsQuery = `
SELECT id, failed_reason AS reason FROM job WHERE queue = $1 AND id = ANY($2::text[])`;

/** Queue, prefix. */
export const findFailedQuery = `
SELECT id, finished_at_ms AS at FROM job WHERE queue = $1 AND state = 'failed' AND starts_with(id, $2)`;

/** Queue. One count for each index of BullMQ, so that completed jobs are not read. */
export const countJobsQuery = `
SELECT (SELECT count(*) FROM job WHERE queue = $1 AND state = 'waiting') AS waiting,
       (SELECT count(*) FROM job WHERE queue = $1 AND state = 'active') AS active,
       (SELECT count(*) FROM job WHERE queue = $1 AND state = 'delayed') AS delayed,
       (SELECT count(*) FROM job WHERE queue = $1 AND state = 'failed') AS failed`;

/** Queue, now. The first that BullMQ would take of the waiting ones, and of those whose delay is over. */
export const oldestDueQuery = `
SELECT min(due) AS due FROM (
  (SELECT GREATEST(COALESCE(process_at_ms, added_at_ms), (data->>'requeuedAt')::bigint) AS due
     FROM job WHERE queue = $1 AND state = 'waiting' ORDER BY priority, seq LIMIT 1)
  UNION ALL
  (SELECT process_at_ms FROM job
    WHERE queue = $1 AND state = 'delayed' AND process_at_ms <= $2 ORDER BY process_at_ms LIMIT 1)) AS dues`;

/** Queue, until, limit. BullMQ removes an expired key only when the same key comes again, which it never does. */
export const removeKeysQuery = `
DELETE FROM dedup WHERE queue = $1 AND dedup_id IN (
  SELECT dedup_id FROM dedup WHERE queue = $1 AND expire_at_ms <= $2
   ORDER BY expire_at_ms LIMIT $3 FOR UPDATE SKIP LOCKED)`;

/** Queue, until, limit. Waits for no other step: what another one has in hand is left for the next time. */
export const removeCompletedQuery = `
DELETE FROM job WHERE queue = $1 AND id IN (
  SELECT id FROM job WHERE queue = $1 AND state = 'completed' AND finished_at_ms <= $2
   ORDER BY finished_at_ms LIMIT $3 FOR UPDATE SKIP LOCKED)`;
