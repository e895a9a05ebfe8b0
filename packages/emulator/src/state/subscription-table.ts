import type Database from 'libsql';
import type { Mapping, Subscription, VerificationMethod } from '../model/subscription.js';

interface Row {
  readonly number: number;
  readonly company_id: number;
  readonly application_id: number;
  readonly sink: string;
  readonly types: string;
  readonly mapping: Mapping;
  readonly verified: number;
  readonly verification_attempts: number;
  readonly last_verification_at: number | null;
  readonly verification_method: VerificationMethod;
  readonly expires_at: number | null;
  readonly created_at: number;
}

/** The subscriptions that exist. Ids are never used twice. */
export class SubscriptionTable {
  readonly #insert;
  readonly #update;
  readonly #remove;
  readonly #changeApplication;
  readonly #list;
  /** All of them, as they were when somebody last asked: they are read for every event, and seldom written. */
  #known: ReadonlyMap<string, Subscription> | undefined;

  constructor(database: Database.Database) {
    this.#insert = database.prepare(`
      INSERT INTO subscriptions (company_id, application_id, sink, types, mapping, verified, verification_attempts,
        last_verification_at, verification_method, expires_at, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#update = database.prepare(`
      UPDATE subscriptions SET sink = ?, types = ?, mapping = ?, verified = ?, verification_attempts = ?,
        last_verification_at = ?, verification_method = ?, expires_at = ?
      WHERE number = ?`);
    this.#remove = database.prepare<[number]>('DELETE FROM subscriptions WHERE number = ?');
    this.#changeApplication = database.prepare<[number, number]>(
      'UPDATE subscriptions SET application_id = ? WHERE application_id = ?',
    );
    this.#list = database.prepare('SELECT * FROM subscriptions ORDER BY number');
  }

  insert(subscription: Omit<Subscription, 'id'>): Subscription {
    const { lastInsertRowid } = this.#insert.run(
      subscription.companyId,
      subscription.applicationId,
      subscription.sink,
      JSON.stringify(subscription.types),
      subscription.mapping,
      subscription.verified ? 1 : 0,
      subscription.verificationAttempts,
      subscription.lastVerificationAt,
      subscription.verificationMethod,
      subscription.expiresAt,
      subscription.createdAt,
    );
    this.forget();
    return { ...subscription, id: `SUB${lastInsertRowid}` };
  }

  update(subscription: Subscription): void {
    this.#update.run(
      subscription.sink,
      JSON.stringify(subscription.types),
      subscription.mapping,
      subscription.verified ? 1 : 0,
      subscription.verificationAttempts,
      subscription.lastVerificationAt,
      subscription.verificationMethod,
      subscription.expiresAt,
      numberOf(subscription.id),
    );
    this.forget();
  }

  remove(id: string): void {
    this.#remove.run(numberOf(id));
    this.forget();
  }

  /** Gives the subscriptions of an application to another one. */
  changeApplication({ from, to }: { from: number; to: number }): void {
    this.#changeApplication.run(to, from);
    this.forget();
  }

  find(id: string): Subscription | undefined {
    return this.#all().get(id);
  }

  list(): Subscription[] {
    return [...this.#all().values()];
  }

  listOfCompany(companyId: number): Subscription[] {
    return this.list().filter((subscription) => subscription.companyId === companyId);
  }

  /** To be called when something else may have changed the table, such as a transaction that was undone. */
  forget(): void {
    this.#known = undefined;
  }

  #all(): ReadonlyMap<string, Subscription> {
    this.#known ??= new Map(
      (this.#list.all() as Row[]).map(toSubscription).map((subscription) => [subscription.id, subscription]),
    );
    return this.#known;
  }
}

/** The number in `SUB230`; -1, which no subscription has, for any other text. */
function numberOf(id: string): number {
  return /^SUB[1-9]\d{0,14}$/.test(id) ? Number(id.slice(3)) : -1;
}

function toSubscription(row: Row): Subscription {
  return {
    id: `SUB${row.number}`,
    companyId: row.company_id,
    applicationId: row.application_id,
    sink: row.sink,
    types: JSON.parse(row.types) as string[],
    mapping: row.mapping,
    verified: row.verified !== 0,
    verificationAttempts: row.verification_attempts,
    lastVerificationAt: row.last_verification_at,
    verificationMethod: row.verification_method,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}
