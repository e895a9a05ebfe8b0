import { FicWebhooksError } from '@fic-webhooks/core';
import type { Redis } from 'ioredis';

interface Demand {
  readonly setting: string;
  readonly value: string;
  readonly why: string;
  /** A server that does not know the setting does nothing of the kind. */
  readonly mayBeUnknown?: boolean;
}

// https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
const demands: readonly Demand[] = [
  {
    setting: 'appendonly',
    value: 'yes',
    why: 'Redis keeps events in memory only, or writes them to disk minutes later',
  },
  {
    setting: 'appendfsync',
    value: 'always',
    why: 'Redis answers before an event is on the disk, and loses it when the machine stops',
  },
  {
    setting: 'no-appendfsync-on-rewrite',
    value: 'no',
    why: 'while Redis rewrites its log or saves, it answers before an event is on the disk',
    mayBeUnknown: true,
  },
  {
    setting: 'maxmemory-policy',
    value: 'noeviction',
    why: 'Redis deletes stored events when its memory is full',
  },
];

/**
 * Checks that Redis has an event on its disk before it answers, and keeps it.
 *
 * @throws FicWebhooksError `inbox-not-durable`, or `inbox-unreachable` while a log that was switched on is not written yet.
 */
export async function checkRedis(client: Redis, place: string): Promise<void> {
  for (const { setting, value, why, mayBeUnknown } of demands) {
    const found = await readSetting(client, setting, place);
    if (found === value || (mayBeUnknown && found === '')) continue;
    throw new FicWebhooksError(
      'inbox-not-durable',
      `${place} has ${setting} = ${found === '' ? 'nothing' : found}: ${why}. Run CONFIG SET ${setting} ${value} and ` +
        'CONFIG REWRITE, or set it in redis.conf or in the console of the provider. Where events may be lost when ' +
        "Redis stops, durability: 'relaxed' starts all the same.",
    );
  }
  await checkLog(client, place);
}

/**
 * A log that is switched on while Redis runs is loaded by nobody until it has been written in full once, though the setting
 * says `yes` at once. It has no base until then. Nor has one that was empty at the start, and its first rewrite passes for
 * this one; a log that was off for a while has its old base, and its next rewrite passes for any other.
 */
async function checkLog(client: Redis, place: string): Promise<void> {
  // BullMQ itself opens no queue for a user who may not ask.
  const persistence = await client.info('persistence');
  const says = (line: string) => persistence.split('\r\n').includes(line);
  if (!says('aof_base_size:0')) return;
  if (!says('aof_rewrite_in_progress:1') && !says('aof_rewrite_scheduled:1')) return;
  throw new FicWebhooksError(
    'inbox-unreachable',
    `${place} is writing its log (appendonly) for the first time: until it is whole, events would be gone when Redis stops. ` +
      'There is nothing to do: the inbox goes on by itself then.',
    { status: 503 },
  );
}

async function readSetting(client: Redis, setting: string, place: string): Promise<string> {
  try {
    const reply: unknown = await client.config('GET', setting);
    return Array.isArray(reply) ? String(reply[1] ?? '') : '';
  } catch (error) {
    if (!(error instanceof Error) || !/^NOPERM\b|unknown command|not allowed/i.test(error.message))
      throw error;
    throw new FicWebhooksError(
      'inbox-not-durable',
      `${place} does not tell its settings (${error.message}), so it is not known whether it keeps events. Let the ` +
        'user run CONFIG GET (ACL SETUSER … +config|get). Where the provider forbids it, make sure of appendonly yes, ' +
        "appendfsync always, no-appendfsync-on-rewrite no and maxmemory-policy noeviction, and say durability: 'relaxed'.",
      { cause: new Error(error.message) },
    );
  }
}
