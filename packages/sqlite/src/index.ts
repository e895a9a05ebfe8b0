export { type SqliteInbox, sqliteInbox } from './sqlite-inbox.js';
export type { SqliteInboxOptions } from './sqlite-inbox-options.js';
export type {
  SqliteChanges,
  SqliteParameters,
  SqliteStatement,
  SqliteTransaction,
  SqliteValue,
} from './transactions/sqlite-transaction.js';
export type { TransactionalHandler } from './transactions/transactional.js';
