import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { bullmqInbox } from '@fic-webhooks/bullmq';
import type { DeadLetterReason, FicEvent, Inbox, NewDeadLetter, NewInboxItem } from '@fic-webhooks/core';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { redisIsMissing, startRedis } from '../../../../scripts/stores/start-redis.js';
import { makeFolder } from './make-folder.js';

/** An inbox as a receiver has it, and what the command needs to find it. */
export interface StartedInbox {
  readonly inbox: Inbox;
  readonly flags: readonly string[];
  /** For the environment, in place of `flags`; undefined where there is none. */
  readonly url: string | undefined;
}

/** A kind of inbox that can be started here. */
export interface InboxKind {
  readonly name: string;
  /** Why it cannot; undefined when it can. A continuous integration must have all. */
  readonly missing: string | undefined;
  start(): Promise<StartedInbox>;
}

const needs = (isThere: boolean, what: string) =>
  isThere || process.env['CI'] ? undefined : `${what} is not there`;

const postgres = { host: '127.0.0.1', user: 'postgres', database: 'postgres' };
/** Whether a PostgreSQL is there. */
export const hasPostgres = await new Client(postgres).connect().then(
  () => true,
  () => false,
);

/** All kinds. Each is started until the end of the test. */
export const inboxKinds: readonly InboxKind[] = [
  {
    name: 'sqlite',
    missing: undefined,
    async start() {
      const file = join(await makeFolder(), 'events.db');
      // The folder for temporary files may be in memory.
      return opened(sqliteInbox({ file, durability: 'relaxed' }), ['--sqlite', file], undefined);
    },
  },
  {
    name: 'redis',
    missing: needs(redisIsMissing() === undefined, 'redis-server'),
    async start() {
      const { url, stop } = await startRedis([]);
      onTestFinished(stop);
      return opened(bullmqInbox({ connection: url, durability: 'relaxed' }), ['--redis', url], url);
    },
  },
  {
    name: 'postgres',
    missing: needs(hasPostgres, 'PostgreSQL at 127.0.0.1:5432'),
    async start() {
      const url = await createDatabase();
      return opened(bullmqInbox({ connection: url }), ['--postgres', url], url);
    },
  },
];

async function opened(
  inbox: Inbox,
  flags: readonly string[],
  url: string | undefined,
): Promise<StartedInbox> {
  await inbox.ready();
  onTestFinished(() => inbox.close());
  return { inbox, flags, url };
}

/** Makes a database until the end of the test, and gives its URL. */
export async function createDatabase(): Promise<string> {
  const name = `fic_webhooks_cli_${randomBytes(6).toString('hex')}`;
  await query(`CREATE DATABASE ${name}`);
  onTestFinished(() => query(`DROP DATABASE ${name} WITH (FORCE)`));
  return `postgres://postgres@127.0.0.1:5432/${name}`;
}

async function query(text: string): Promise<void> {
  const client = new Client(postgres);
  await client.connect();
  await client.query(text);
  await client.end();
}

/** An event to store. */
export function newItem(changes: Partial<NewInboxItem> = {}): NewInboxItem {
  return {
    key: randomBytes(32).toString('hex'),
    fingerprint: 'f',
    name: 'entities.clients.create',
    payload: { kind: 'event', event: newEvent() },
    receivedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    retention: 24 * 60 * 60 * 1000,
    ...changes,
  };
}

/** A dead letter to keep. */
export function newLetter(reason: DeadLetterReason, changes: Partial<NewDeadLetter> = {}): NewDeadLetter {
  return { ...newItem(), reason, error: `because of ${reason}`, ...changes };
}

function newEvent(): FicEvent {
  const event: unknown = {
    id: '198:f059b211-24f4-44ab-9859-b1613a9a0712',
    type: 'it.fattureincloud.webhooks.entities.clients.create',
    name: 'entities.clients.create',
    resource: 'entities.clients',
    action: 'create',
    source: 'https://api-v2.fattureincloud.it',
    subject: { kind: 'company', id: 108061 },
    companyId: 108061,
    time: '2026-01-02T03:04:05Z',
    timestamp: Date.UTC(2026, 0, 2, 3, 4, 5),
    ids: [3062300, 3062301],
    applicationId: 1234,
    mode: 'binary',
  };
  return event as FicEvent;
}
