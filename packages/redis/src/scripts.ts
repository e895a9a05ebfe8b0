import { createHash } from 'node:crypto';

/** A Lua script, and the name under which Redis keeps it. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

// A key is a hash with the fields `fingerprint`, and while it is claimed `token` and `owner`: without a token it is done.
// A claim is live while the key has more than `afterlife` to live. So the clock is that of Redis, and only `claim` takes
// memory: an event that was handled can be marked so even when Redis has none left.
// Each script has one key, as a cluster requires, and is replicated by its effects (the default since Redis 5).
// https://redis.io/docs/latest/develop/programmability/eval-intro/#script-replication

/**
 * Milliseconds that a claim is kept after its lease: a run that took longer can still be completed while nobody else has
 * claimed the event. All processes must agree on it.
 */
export const afterlife = 60 * 60 * 1000;

/** Key; token, fingerprint, owner, lease and afterlife, afterlife. The same token again is the same claim sent twice. */
export const claimScript = defineScript(`
local held = redis.call('HMGET', KEYS[1], 'fingerprint', 'token')
if not held[1] then
  if redis.call('EXISTS', KEYS[1]) == 1 then return redis.error_reply('WRONGTYPE a hash without a fingerprint') end
elseif not held[2] then
  return { 'done', held[1] }
elseif held[2] ~= ARGV[1] and redis.call('PTTL', KEYS[1]) > tonumber(ARGV[5]) then
  return { 'busy' }
end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'fingerprint', ARGV[2], 'owner', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return { 'claimed' }
`);

/** Key; token, lease and afterlife. */
export const extendScript = defineScript(`
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);

/** Key; token, retention. */
export const completeScript = defineScript(`
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[1], 'token', 'owner')
return 1
`);

/** Key; token. */
export const releaseScript = defineScript(`
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);

function defineScript(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
