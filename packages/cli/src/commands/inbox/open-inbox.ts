import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Inbox, InvalidOptionError } from '@fic-webhooks/core';
import { CommandError } from '../../command-error.js';
import { UsageError } from '../../usage-error.js';
import { loadFromProject } from './load-from-project.js';
import type { InboxPlace } from './read-inbox-place.js';

interface SqlitePackage {
  sqliteInbox(options: { file: string; durability: 'relaxed' }): Inbox;
}

interface BullmqPackage {
  bullmqInbox(options: {
    connection: string;
    queue?: string;
    prefix?: string;
    schema?: string;
    migrate?: boolean;
    durability: 'relaxed';
  }): Inbox;
}

/**
 * Opens an inbox that exists. Nothing is stored from here, so it does not matter here whether it is durable.
 *
 * @throws UsageError, CommandError `file-missing`, FicWebhooksError `module-missing`.
 */
export async function openInbox(place: InboxPlace): Promise<Inbox> {
  if (place.kind === 'sqlite') {
    await checkFile(place.file);
    const { sqliteInbox } = await loadFromProject<SqlitePackage>('@fic-webhooks/sqlite');
    return sqliteInbox({ file: place.file, durability: 'relaxed' });
  }
  const { bullmqInbox } = await loadFromProject<BullmqPackage>('@fic-webhooks/bullmq');
  try {
    return bullmqInbox({
      connection: place.url,
      ...place.options,
      ...(place.kind === 'postgres' && { migrate: false }),
      durability: 'relaxed',
    });
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    const flag = error.option === 'connection' ? `--${place.kind}` : `--${error.option}`;
    throw new UsageError(flag, `${flag}: ${error.message}`);
  }
}

/** SQLite makes a file that is not there, and takes an empty one for its own. */
async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    const why = found.code === 'ENOENT' ? 'does not exist' : `cannot be read (${found.code})`;
    throw missing(`The file ${resolve(file)} ${why}.`);
  }
  if (!found.isFile()) throw missing(`${resolve(file)} is no file.`);
  if (found.size === 0) throw missing(`The file ${resolve(file)} is empty.`);
}

function missing(what: string): CommandError {
  return new CommandError(
    'file-missing',
    `${what} Give the file that the receiver has: sqliteInbox({ file }). Its path may be relative to another folder.`,
  );
}
