import { join } from 'node:path';
import { type SqliteInbox, type SqliteInboxOptions, sqliteInbox } from '@fic-webhooks/sqlite';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

/** An inbox of its own for the running test. */
export function openInbox(options: Partial<SqliteInboxOptions> = {}): SqliteInbox {
  const inbox = sqliteInbox({ file: temporaryFile(), ...options });
  onTestFinished(() => inbox.close());
  return inbox;
}

export function temporaryFile(): string {
  return join(temporaryFolder(), 'events.db');
}

/** What a promise was rejected with: its code, or that it was not. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'fulfilled',
    (error: { code?: unknown }) => error.code ?? error,
  );
}
