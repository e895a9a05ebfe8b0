// What BullMQ has no call for. The keys are those of BullMQ: the hash of a job, its `:lock` with the token of the worker,
// the sorted set `failed` by the time of the failure, `de:` and a deduplication id with the id of the first job.
// https://github.com/taskforcesh/bullmq/tree/master/src/commands

/**
 * When a job could be worked on, in milliseconds since the epoch: a field of our own in the hash of a job. BullMQ forgets
 * it when it moves a delayed job to the waiting ones.
 */
export const dueField = 'fic:due';

/** Job, lock; token, data. */
export const saveActiveScript = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'data', ARGV[2])
return 1
`;

/** Job, failed; id, data, due. */
export const saveFailedScript = `
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'data', ARGV[2], '${dueField}', ARGV[3])
return 1
`;

/** Deduplication key, job, failed, events; id, key, retention, time, name, data, reason, stack trace. */
export const buryScript = `
if not redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3], 'NX') then return 0 end
redis.call('HSET', KEYS[2], 'name', ARGV[5], 'data', ARGV[6], 'opts', '{"attempts":0}', 'timestamp', ARGV[4],
  'delay', 0, 'priority', 0, 'deid', ARGV[2], 'failedReason', ARGV[7], 'stacktrace', ARGV[8], 'finishedOn', ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
redis.call('XADD', KEYS[4], 'MAXLEN', '~', 10000, '*', 'event', 'failed', 'jobId', ARGV[1],
  'failedReason', ARGV[7], 'prev', 'active')
return 1
`;

/** Deduplication key, job, failed, events, and all else that hangs on the job; id, retention. */
export const discardScript = `
if redis.call('ZREM', KEYS[3], ARGV[1]) == 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[2], unpack(KEYS, 5))
redis.call('XADD', KEYS[4], 'MAXLEN', '~', 10000, '*', 'event', 'removed', 'jobId', ARGV[1], 'prev', 'failed')
return 1
`;
