import { FicWebhooksError, type Inbox } from '@fic-webhooks/core';
import { CommandError } from '../../command-error.js';
import type { ProgramOptions } from '../../program.js';
import type { InboxFlags } from './inbox-flags.js';
import { openInbox } from './open-inbox.js';
import { readInboxPlace } from './read-inbox-place.js';

/** How often the store is asked until it has answered once. */
const tries = 3;

/** What every command of `fic-webhooks inbox` is run with. */
export interface InboxRun<Flags extends InboxFlags = InboxFlags>
  extends Pick<ProgramOptions, 'output' | 'environment'> {
  readonly flags: Flags;
}

/**
 * Does something with the inbox that the flags name, with a sign of life meanwhile, and closes it.
 *
 * @param text - What is being done.
 */
export async function withInbox<Result>(
  { flags, environment, output }: InboxRun,
  text: string,
  use: (inbox: Inbox) => Promise<Result>,
): Promise<Result> {
  const place = readInboxPlace(flags, environment);
  const progress = await output.startProgress(text);
  try {
    const inbox = await openInbox(place);
    try {
      await inbox.ready();
      await reach(inbox);
      return await use(inbox);
    } catch (error) {
      throw lacksTables(error) ? noTables(flags, error) : error;
    } finally {
      await inbox.close();
    }
  } finally {
    progress.stop();
  }
}

/**
 * An inbox gives up soon, for a sender that waits. The first connection to a server that is busy may take longer, and a
 * person would only try again.
 */
async function reach(inbox: Inbox): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await inbox.health();
      return;
    } catch (error) {
      const mayPass = error instanceof FicWebhooksError && error.code === 'inbox-unreachable';
      if (!mayPass || attempt === tries) throw error;
    }
  }
}

/** For a receiver that is an option, which lets it make them; here nothing is made. */
function lacksTables(error: unknown): error is Error {
  return (
    error instanceof Error &&
    error.cause instanceof Error &&
    error.cause.name === 'SchemaMigrationRequiredError'
  );
}

function noTables({ schema = 'bullmq' }: InboxFlags, cause: Error): CommandError {
  return new CommandError(
    'inbox-missing',
    `There are no tables of an inbox in the schema ${schema} of this database, or older ones than its package needs. Give the database and the --schema of the receiver, and start the receiver once: it makes them.`,
    cause,
  );
}
