import type { InboxHealth } from '@fic-webhooks/core';
import { connect } from '../database/connect.js';
import type { Connection } from '../database/connection.js';
import { identifyFile } from '../database/identify-file.js';
import { now } from '../database/schema.js';
import { StatementCache } from '../database/statement-cache.js';
import { describeFailure } from '../database/store-error.js';
import type {
  LetterRow,
  OperationArgument,
  OperationName,
  ThreadSettings,
  ToThread,
} from '../store/store-operations.js';
import { copyLog } from './copy-log.js';
import type { Arrived, ThreadPort } from './thread-port.js';

/** Owns a connection that changes nothing: long looks at the file, and the copying of the log into it. */
export class Reader {
  readonly #settings: ThreadSettings;
  readonly #port: ThreadPort;
  readonly #exit: () => void;
  #queue: Arrived[] = [];
  #connection: Connection | undefined;
  #statements: StatementCache | undefined;
  #identity: string | undefined;

  constructor(settings: ThreadSettings, port: ThreadPort, exit: () => void) {
    this.#settings = settings;
    this.#port = port;
    this.#exit = exit;
  }

  take(message: ToThread): void {
    if (message.kind === 'requests') {
      for (const request of message.requests) this.#queue.push({ ...request, since: performance.now() });
    } else if (message.kind === 'close') {
      this.#connection?.close();
      this.#exit();
    }
  }

  run(): void {
    let isRefused = false;
    for (const { id, name, argument } of this.#queue.splice(0)) {
      try {
        this.#port.answer(id, perform(this.#open(), name, argument));
      } catch (error) {
        this.#port.fail(id, error);
        isRefused = describeFailure(error, this.#settings.file).final === true;
      }
      this.#port.flush();
      if (isRefused) break;
    }
    // Only that closes the connection for good: the file may be mended meanwhile.
    if (isRefused) this.#exit();
  }

  #open(): StatementCache {
    const { file } = this.#settings;
    if (this.#identity !== identifyFile(file)) {
      this.#connection?.close();
      this.#statements = undefined;
      this.#connection = connect(file);
      this.#identity = identifyFile(file);
    }
    this.#statements ??= new StatementCache(this.#connection as Connection);
    return this.#statements;
  }
}

function perform(statements: StatementCache, name: OperationName, argument: unknown): unknown {
  switch (name) {
    case 'health':
      return readHealth(statements);
    case 'list':
      return listLetters(statements, argument as OperationArgument<'list'>);
    case 'checkpoint':
      return copyLog(statements);
    default:
      throw new Error(`The reader has no operation ${name}.`);
  }
}

function readHealth(statements: StatementCache): InboxHealth {
  const row = statements
    .prepare(
      `SELECT
         (SELECT count(*) FROM fic_webhooks_items INDEXED BY fic_webhooks_due WHERE reason IS NULL) AS waiting,
         (SELECT ${now} - due_at FROM fic_webhooks_items INDEXED BY fic_webhooks_due
            WHERE reason IS NULL ORDER BY due_at LIMIT 1) AS oldestDue,
         (SELECT count(*) FROM fic_webhooks_items INDEXED BY fic_webhooks_dead WHERE reason IS NOT NULL) AS deadLetters`,
    )
    .get([]) as { waiting: number; oldestDue: number | null; deadLetters: number };
  return {
    waiting: row.waiting,
    oldestDue: Math.max(0, row.oldestDue ?? 0),
    deadLetters: row.deadLetters,
  };
}

function listLetters(statements: StatementCache, query: OperationArgument<'list'>): LetterRow[] {
  const { reason, limit = 100, after } = query;
  const statement = statements.prepare(
    `SELECT key, name, reason, error, payload, attempts, crashes, handled, received_at AS receivedAt,
       buried_at AS buriedAt
     FROM fic_webhooks_items INDEXED BY fic_webhooks_dead
     WHERE reason IS NOT NULL AND id > ?1 AND (?2 IS NULL OR reason = ?2) ORDER BY id LIMIT ?3`,
  );
  const position = after === undefined ? 0 : findPosition(statements, after);
  return statement.all([position, reason ?? null, limit]) as LetterRow[];
}

/** Where a list goes on: also after a letter that has been retried or discarded since. */
function findPosition(statements: StatementCache, key: string): number {
  const row = statements
    .prepare(
      `SELECT id FROM fic_webhooks_items WHERE key = ?1
       UNION ALL SELECT position FROM fic_webhooks_remembered WHERE key = ?1 LIMIT 1`,
    )
    .get([key]) as { id: number | null } | undefined;
  return row?.id ?? 0;
}
