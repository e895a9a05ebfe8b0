import type {
  DeadLetterQuery,
  DeadLetterReason,
  FicWebhooksErrorCode,
  InboxHealth,
  PutResult,
  Verdict,
} from '@fic-webhooks/core';

/**
 * An item as it is written, its payload as JSON. A list in the order of the statement's parameters: with a name for each
 * value, what goes from thread to thread takes twice as long.
 */
export type StoredItem = readonly [
  key: string,
  fingerprint: string,
  name: string,
  payload: string,
  receivedAt: number,
  retention: number,
];

/** A dead letter as it is written. */
export type StoredLetter = readonly [...StoredItem, reason: DeadLetterReason, error: string];

/** Names one claim. */
interface ClaimReference {
  readonly key: string;
  readonly token: string;
}

/** A claimed item as it was read. */
export interface ClaimedRow {
  readonly key: string;
  readonly name: string;
  readonly payload: string;
  readonly receivedAt: number;
  readonly attempts: number;
  readonly crashes: number;
  /** A JSON list of names. */
  readonly handled: string;
  readonly token: string;
  /** When it had been due, for a release that keeps its place. */
  readonly due: number;
}

/** What a claim found. */
export interface Claimed {
  readonly rows: readonly ClaimedRow[];
  /** Milliseconds until another item is due; 0 when one is, and undefined when none waits. */
  readonly nextDue: number | undefined;
  /** Whether the order came too late, and nothing was looked for. */
  readonly isLate?: boolean;
}

/** A dead letter as it was read. */
export interface LetterRow {
  readonly key: string;
  readonly name: string;
  readonly reason: DeadLetterReason;
  readonly error: string;
  readonly payload: string;
  readonly attempts: number;
  readonly crashes: number;
  readonly handled: string;
  readonly receivedAt: number;
  readonly buriedAt: number;
}

/** What the threads can be asked to do. All durations are milliseconds. */
interface StoreOperations {
  /** Resolves once the file has been checked. */
  open(): void;
  put(item: StoredItem): PutResult;
  bury(letter: StoredLetter): void;
  /** Nothing is claimed after `before`, by the clock of the store: too little of the lease would be left. */
  claim(order: { readonly count: number; readonly lease: number; readonly before: number }): Claimed;
  /** Gives the tokens whose claim is lost. */
  renew(order: { readonly claims: readonly ClaimReference[]; readonly lease: number }): readonly string[];
  markHandled(order: ClaimReference & { readonly handler: string }): boolean;
  settle(order: ClaimReference & { readonly verdict: Verdict }): boolean;
  release(order: { readonly claims: readonly (ClaimReference & { readonly due: number })[] }): void;
  retry(key: string): boolean;
  discard(key: string): boolean;
  /** Writes nothing from its answer on, until it is told to go on: the lock is for another connection of this process. */
  pause(): void;
  /** Copies the last of the log into the file, between two commits. `truncate` also gives its room back. */
  finishCheckpoint(order: { readonly truncate: boolean }): void;
  /** Of the reading thread. */
  health(): InboxHealth;
  list(query: DeadLetterQuery): readonly LetterRow[];
  checkpoint(): void;
}

export type OperationName = keyof StoreOperations;
export type OperationArgument<Name extends OperationName> = Parameters<StoreOperations[Name]>[0];
export type OperationResult<Name extends OperationName> = ReturnType<StoreOperations[Name]>;

/** Why an operation failed, in a form that goes from thread to thread. */
export interface StoreFailure {
  readonly code: FicWebhooksErrorCode;
  readonly message: string;
  /** What the driver said. */
  readonly detail?: string;
  /** Only a person can mend it: nothing else will work either. The thread ends, and another one opens the file later. */
  readonly final?: boolean;
}

/** One request to a thread. */
export interface StoreRequest {
  readonly id: number;
  readonly name: OperationName;
  readonly argument: unknown;
}

/** What a thread is told. */
export type ToThread =
  | { readonly kind: 'requests'; readonly requests: readonly StoreRequest[] }
  | { readonly kind: 'resume' }
  | { readonly kind: 'close' };

/** What a thread answers: results and failures by the id of their request. */
export interface FromThread {
  readonly results: readonly (readonly [id: number, result: unknown])[];
  readonly failures: readonly (readonly [id: number, failure: StoreFailure])[];
}

/** What a thread is started with. */
export interface ThreadSettings {
  readonly role: 'writer' | 'reader';
  /** An absolute path. */
  readonly file: string;
  /** Whether a file that does not last is refused. */
  readonly durable: boolean;
  /** The thread before has met a fault of the disk: nothing is written until a trial write has succeeded. */
  readonly suspect: boolean;
  /** The file was refused before for what it is: it is looked through whatever its size, and not made when it is gone. */
  readonly refused: boolean;
}
