import { type Connection, rollBack } from '../database/connection.js';
import { identifyFile, movedFile } from '../database/identify-file.js';
import { openDatabase } from '../database/open-database.js';
import { describeFailure, isBusy, isStatementFault, StoreError } from '../database/store-error.js';
import type {
  Claimed,
  OperationArgument,
  OperationName,
  StoreFailure,
  ThreadSettings,
  ToThread,
} from '../store/store-operations.js';
import { Housekeeping } from './housekeeping.js';
import type { Arrived, ThreadPort } from './thread-port.js';
import { TrialWrite } from './trial-write.js';
import { WriteStatements } from './write-statements.js';

/** Milliseconds that a request waits for the lock of the file. */
const patience = 900;
/** Milliseconds between two attempts to get the lock: first, and after a while. */
const firstRetry = 1;
const laterRetry = 5;
/** Requests that are written in one transaction at most. */
const largestGroup = 256;
/** Milliseconds for which a file that could not be opened is not tried again. */
const openEvery = 250;
/** Milliseconds after which a pause ends by itself. */
const longestPause = 2_000;

interface Open {
  readonly connection: Connection;
  readonly statements: WriteStatements;
  readonly identity: string;
}

/**
 * Owns the connection that writes. What arrives while a commit goes on is written in the next one, together; nothing is
 * answered before the commit that holds it.
 */
export class Writer {
  readonly #settings: ThreadSettings;
  readonly #port: ThreadPort;
  readonly #exit: () => void;
  readonly #trial = new TrialWrite();
  readonly #housekeeping = new Housekeeping();
  #queue: Arrived[] = [];
  #open: Open | undefined;
  #running = false;
  #closing = false;
  #paused: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #waitingSince: number | undefined;
  /** What only a person can mend, and nobody has been told yet. */
  #final: StoreFailure | undefined;
  /** Why the disk cannot be trusted at the moment. */
  #suspicion: StoreFailure | undefined;
  #lastFailure: { readonly at: number; readonly error: unknown } | undefined;

  /** @param exit - Ends the thread: another one opens the file afresh. */
  constructor(settings: ThreadSettings, port: ThreadPort, exit: () => void) {
    this.#settings = settings;
    this.#port = port;
    this.#exit = exit;
    if (settings.suspect) {
      this.#suspicion = {
        code: 'inbox-unreachable',
        message: `${settings.file} could not be written, and has not been tried again yet.`,
      };
    }
  }

  take(message: ToThread): void {
    if (message.kind === 'requests') {
      const since = performance.now();
      for (const request of message.requests) this.#queue.push({ ...request, since });
    } else if (message.kind === 'resume') this.#resume();
    else {
      this.#closing = true;
      this.#resume();
    }
  }

  /** Works until nothing is left to do. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#idle);
    while (this.#queue.length > 0 && this.#paused === undefined) {
      const wait = this.#takeTurn();
      this.#port.flush();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      else this.#port.drain();
    }
    this.#running = false;
    // What was asked for before the end is still done.
    if (this.#closing && this.#queue.length === 0) this.#close();
    else if (this.#open !== undefined)
      this.#idle = setTimeout(() => this.#keepHouse(), Math.max(1, this.#housekeeping.wait)).unref();
  }

  /** One group, or one step towards it. Gives the milliseconds to wait before the next one. */
  #takeTurn(): number {
    if (this.#final !== undefined) return this.#leave(new StoreError(this.#final), this.#queue.splice(0));
    const open = this.#open ?? this.#openFile();
    if (typeof open === 'number') return open;
    if (this.#isMoved(open)) return this.#leave(movedFile(this.#settings.file), this.#queue.splice(0));
    this.#queue = this.#queue.filter(({ id, name }) => {
      if (name === 'open') this.#port.answer(id, undefined);
      return name !== 'open';
    });
    if (this.#takePause() || this.#queue.length === 0) return 0;
    try {
      if (this.#suspicion !== undefined) {
        if (!this.#trial.isDue) return this.#failAll(new StoreError(this.#suspicion));
        this.#trial.run(open.connection);
        this.#suspicion = undefined;
      }
      if (this.#housekeeping.wait === 0) this.#housekeeping.run(open.connection, open.statements);
      return this.#writeGroup(open);
    } catch (error) {
      return isBusy(error) ? this.#waitForLock(error) : this.#giveUp(error, this.#queue.splice(0));
    }
  }

  #openFile(): Open | number {
    const last = this.#lastFailure;
    if (last !== undefined && performance.now() - last.at < openEvery) return this.#failAll(last.error);
    try {
      const connection = openDatabase(this.#settings);
      const identity = identifyFile(this.#settings.file);
      this.#open = { connection, statements: new WriteStatements(connection), identity };
      this.#waitingSince = undefined;
      return this.#open;
    } catch (error) {
      const failure = describeFailure(error, this.#settings.file);
      if (failure.code === 'inbox-locked') return this.#waitForLock(error);
      if (failure.final) return this.#leave(error, this.#queue.splice(0));
      this.#lastFailure = { at: performance.now(), error };
      return this.#failAll(error);
    }
  }

  /** The lock is free from the answer on: whoever asked for the pause is the next to take it. */
  #takePause(): boolean {
    const index = this.#queue.findIndex(({ name }) => name === 'pause');
    const [pause] = index === -1 ? [] : this.#queue.splice(index, 1);
    if (pause === undefined) return false;
    this.#port.answer(pause.id, undefined);
    this.#paused = setTimeout(() => this.#resume(), longestPause);
    return true;
  }

  #resume(): void {
    clearTimeout(this.#paused);
    this.#paused = undefined;
    void this.run();
  }

  #writeGroup(open: Open): number {
    const { connection, statements } = open;
    if (this.#answerIdleClaims(statements)) return 0;
    connection.exec('BEGIN IMMEDIATE');
    statements.begin();
    this.#waitingSince = undefined;
    const group: Arrived[] = [];
    const checkpoints: Arrived[] = [];
    const outcomes: (() => void)[] = [];
    const write = (request: Arrived) => {
      const { id, name, argument } = request;
      if (name === 'finishCheckpoint') {
        checkpoints.push(request);
        return;
      }
      try {
        const result = statements.together(() => perform(statements, name, argument));
        outcomes.push(() => this.#port.answer(id, result));
      } catch (error) {
        // What is wrong with one of them alone must not cost the others.
        if (!isStatementFault(error) || !connection.inTransaction) throw error;
        outcomes.push(() => this.#port.fail(id, error));
      }
    };
    try {
      for (let part = this.#takeWrites(group); part.length > 0; part = this.#takeWrites(group)) {
        group.push(...part);
        for (const request of part) write(request);
        // What has come meanwhile goes along, and needs no commit of its own.
        this.#port.drain();
      }
      connection.exec('COMMIT');
    } catch (error) {
      return this.#giveUp(error, group);
    }
    // What was written has gone where nobody will find it. Another thread opens the file that has the name now.
    if (this.#isMoved(open)) return this.#leave(movedFile(this.#settings.file), group);
    // Duplicates, too, only now: the row that they met may have been of this very group.
    for (const outcome of outcomes) outcome();
    for (const { id, argument } of checkpoints) {
      this.#port.flush();
      const { truncate } = argument as OperationArgument<'finishCheckpoint'>;
      // Both under the lock, so that nobody begins the log anew meanwhile: see copy-log.ts.
      connection.exec(`PRAGMA wal_checkpoint(${truncate ? 'TRUNCATE' : 'FULL'})`);
      this.#port.answer(id, undefined);
    }
    return 0;
  }

  /** What may still join the group: in the order of arrival, up to what is answered outside of a transaction. */
  #takeWrites(group: readonly Arrived[]): Arrived[] {
    const end = this.#queue.findIndex(({ name }) => name === 'open' || name === 'pause');
    const count = end === -1 ? this.#queue.length : end;
    return this.#queue.splice(0, Math.min(count, largestGroup - group.length));
  }

  /** A worker that finds nothing needs no lock. */
  #answerIdleClaims(statements: WriteStatements): boolean {
    if (this.#queue.some(({ name }) => name !== 'claim')) return false;
    const nextDue = statements.nextDue();
    if (nextDue !== undefined && nextDue <= 0) return false;
    for (const { id } of this.#queue.splice(0)) this.#port.answer(id, { rows: [], nextDue });
    return true;
  }

  /** Those that have waited too long are told so; the others wait on. */
  #waitForLock(error: unknown): number {
    const now = performance.now();
    this.#waitingSince ??= now;
    this.#queue = this.#queue.filter(({ id, since }) => {
      const goesOn = now - since < patience;
      if (!goesOn) this.#port.fail(id, error);
      return goesOn;
    });
    return now - this.#waitingSince < 50 ? firstRetry : laterRetry;
  }

  /** Nobody knows what state the connection is in: all of the group failed, and another thread opens the file afresh. */
  #giveUp(error: unknown, group: readonly Arrived[]): number {
    const failure = describeFailure(error, this.#settings.file);
    try {
      if (this.#open !== undefined) rollBack(this.#open.connection);
    } catch {
      // The end of the thread closes the connection, and that undoes it.
    }
    if (failure.final && group.length === 0) {
      this.#final = failure;
      return 0;
    }
    if (this.#suspicion !== undefined && !failure.final) {
      for (const { id } of group) this.#port.fail(id, error);
      // Still as bad as before, and the connection is as fresh as another one would be.
      this.#suspicion = failure;
      return 0;
    }
    return this.#leave(error, group);
  }

  /** Ends the thread: only that closes the connection for good, and lets the next one open the file afresh. */
  #leave(error: unknown, group: readonly Arrived[]): number {
    for (const { id } of group) this.#port.fail(id, error);
    this.#port.flush();
    this.#exit();
    return longestPause;
  }

  #isMoved({ identity }: Open): boolean {
    return identifyFile(this.#settings.file) !== identity;
  }

  #failAll(error: unknown): number {
    for (const { id } of this.#queue.splice(0)) this.#port.fail(id, error);
    return 0;
  }

  #keepHouse(): void {
    if (this.#running || this.#open === undefined || this.#paused !== undefined) return;
    try {
      if (this.#suspicion === undefined) this.#housekeeping.run(this.#open.connection, this.#open.statements);
      void this.run();
    } catch (error) {
      this.#giveUp(error, []);
    }
  }

  #close(): void {
    try {
      // So that the file alone is all there is to copy.
      this.#open?.connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The log is read when the file is opened again.
    }
    this.#open?.connection.close();
    this.#exit();
  }
}

function perform(statements: WriteStatements, name: OperationName, argument: unknown): unknown {
  switch (name) {
    case 'put':
      return statements.put(argument as OperationArgument<'put'>);
    case 'bury':
      return statements.bury(argument as OperationArgument<'bury'>);
    case 'claim':
      return claim(statements, argument as OperationArgument<'claim'>);
    case 'renew':
      return statements.renew(argument as OperationArgument<'renew'>);
    case 'markHandled':
      return statements.markHandled(argument as OperationArgument<'markHandled'>);
    case 'settle':
      return statements.settle(argument as OperationArgument<'settle'>);
    case 'release':
      return statements.release(argument as OperationArgument<'release'>);
    case 'retry':
      return statements.retry(argument as string);
    case 'discard':
      return statements.discard(argument as string);
    default:
      throw new Error(`The writer has no operation ${name}.`);
  }
}

/** By an order that has waited for too long nothing is claimed: its worker may have claims to renew first, or be gone. */
function claim(statements: WriteStatements, order: OperationArgument<'claim'>): Claimed {
  return Date.now() > order.before ? { rows: [], nextDue: 0, isLate: true } : statements.claim(order);
}
