import type { Command } from 'commander';

/** The flags that say which inbox is meant, as written on the command line. */
export interface InboxFlags {
  readonly sqlite?: string;
  readonly redis?: string;
  readonly postgres?: string;
  readonly queue?: string;
  readonly prefix?: string;
  readonly schema?: string;
  readonly json?: true;
}

/** The flags of `fic-webhooks inbox list`. */
export interface ListFlags extends InboxFlags {
  readonly reason?: string;
  readonly limit?: string;
  readonly all?: true;
}

/** The flags of `fic-webhooks inbox retry`. */
export type RetryFlags = ListFlags;

/** The flags of `fic-webhooks inbox discard`. */
export interface DiscardFlags extends ListFlags {
  readonly yes?: true;
}

/** The flags of `fic-webhooks inbox health`. */
export interface HealthFlags extends InboxFlags {
  readonly staleAfter?: string;
}

/** Adds what every command needs that looks into an inbox. */
export function addInboxOptions(command: Command): Command {
  return command
    .option('--sqlite <file>', 'the file of a sqliteInbox')
    .option('--redis <url>', 'the Redis of a bullmqInbox')
    .option('--postgres <url>', 'the PostgreSQL of a bullmqInbox')
    .option('--queue <name>', 'the queue of a bullmqInbox (default: fic-webhooks)')
    .option('--prefix <text>', 'with --redis: what its keys begin with (default: bull)')
    .option('--schema <name>', 'with --postgres: the schema of its tables (default: bullmq)')
    .option('--json', 'print one JSON document');
}
