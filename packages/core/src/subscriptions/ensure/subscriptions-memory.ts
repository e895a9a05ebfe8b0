import type { SubscriptionWarning } from '../subscription.js';

/** The service sends so many verification requests for a sink, and then no more. */
const maximumAttempts = 5;

/** Milliseconds between two of them. */
const verificationInterval = 10 * 60_000;

/** How long a type that the service does not take is not asked for again, in milliseconds. */
const refusalLasts = 60 * 60_000;

/** How the verification of one subscription is going, as far as this client has seen it. */
export interface VerificationState {
  /** Requests that this client has caused. */
  readonly attempts: number;
  /** When the last one was caused, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** When the next one may be asked for, in milliseconds since the epoch. */
  readonly nextAt: number;
  /** True: none is left, and it will never be verified. */
  readonly isLost: boolean;
}

const untouched: VerificationState = {
  attempts: 0,
  startedAt: Number.NEGATIVE_INFINITY,
  nextAt: Number.NEGATIVE_INFINITY,
  isLost: false,
};

/**
 * What a client has to remember because the service does not show it: when verification was asked for, and which types it
 * would not take. It lives as long as the client; a new process begins anew, which costs a call in vain at most.
 */
export class SubscriptionsMemory {
  readonly #verifications = new Map<string, VerificationState>();
  readonly #refusals = new Map<string, { readonly warning: SubscriptionWarning; readonly until: number }>();

  readVerification(id: string): VerificationState {
    return this.#verifications.get(id) ?? untouched;
  }

  /** A verification request is on its way. `isFirst`: to a sink that is new to the service. */
  noteVerification(id: string, { now, isFirst }: { readonly now: number; readonly isFirst: boolean }): void {
    const attempts = isFirst ? 1 : this.readVerification(id).attempts + 1;
    this.#verifications.set(id, {
      attempts,
      startedAt: now,
      nextAt: now + verificationInterval,
      isLost: false,
    });
  }

  /** The service wants to be asked later. */
  postponeVerification(id: string, nextAt: number): void {
    this.#verifications.set(id, { ...this.readVerification(id), nextAt });
  }

  /** The service will send no more requests. */
  noteLost(id: string): void {
    this.#verifications.set(id, { ...this.readVerification(id), isLost: true });
  }

  /** True when no request is left, and the last one has had its time. */
  isLost(id: string, now: number): boolean {
    const { attempts, nextAt, isLost } = this.readVerification(id);
    return isLost || (attempts >= maximumAttempts && now >= nextAt);
  }

  /** The subscription is verified, or gone. */
  forget(id: string): void {
    this.#verifications.delete(id);
  }

  /** The service has left a type out, and not because it is taken. */
  noteRefusal(
    type: string,
    { warning, now }: { readonly warning: SubscriptionWarning; readonly now: number },
  ): void {
    this.#refusals.set(type, { warning, until: now + refusalLasts });
  }

  /** The types that are not worth asking for, with the warning that said so. */
  readRefusals(now: number): Map<string, SubscriptionWarning> {
    for (const [type, { until }] of this.#refusals) if (until <= now) this.#refusals.delete(type);
    return new Map([...this.#refusals].map(([type, { warning }]) => [type, warning]));
  }
}
