import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimResult, IdempotencyStore } from '@fic-webhooks/core';
import { CaseFailure } from '../suite/suite-case.js';
import type { StoreConformanceOptions } from './store-conformance-options.js';

/** A lease or retention that no case outlives. */
export const long = 10 * 60_000;
/** A lease or retention that `outlive` outlives. Long enough for a few calls to a store over the network. */
export const short = 1_000;

/** What a case works with: one store, one key of its own, and the means to let time pass. */
export class StoreProbe {
  readonly store: IdempotencyStore;
  /** Not used by any other case or run. */
  readonly key = `test-${randomUUID()}`;
  readonly #advance: (milliseconds: number) => unknown;

  constructor(store: IdempotencyStore, { advance }: StoreConformanceOptions) {
    this.store = store;
    this.#advance = advance ?? ((milliseconds) => sleep(milliseconds));
  }

  /** Claims without expecting anything. */
  async try(lease = long, fingerprint = 'first', key = this.key): Promise<ClaimResult> {
    return this.store.claim(key, { owner: 'conformance', lease, fingerprint });
  }

  /** Claims a key that must be free, and gives the token. */
  async claim(lease = long, fingerprint = 'first', key = this.key): Promise<string> {
    const result = await this.try(lease, fingerprint, key);
    if (result.state !== 'claimed')
      throw new CaseFailure(`Expected the key to be free and claimed; got ${show(result)}.`);
    if (typeof result.token !== 'string' || result.token === '') {
      throw new CaseFailure(
        `Expected a claim to carry a token, a text that is not empty; got ${show(result)}.`,
      );
    }
    return result.token;
  }

  /** Expects a live claim on the key. */
  async expectBusy(when: string, key = this.key): Promise<void> {
    const result = await this.try(long, 'intruder', key);
    if (result.state !== 'busy') throw new CaseFailure(`Expected busy ${when}; got ${show(result)}.`);
  }

  /** Expects the key to be done, with the fingerprint of the claim that was completed. */
  async expectDone(when: string, fingerprint = 'first', key = this.key): Promise<void> {
    const result = await this.try(long, 'intruder', key);
    if (result.state !== 'done') throw new CaseFailure(`Expected done ${when}; got ${show(result)}.`);
    if (result.fingerprint === fingerprint) return;
    throw new CaseFailure(
      `Expected the fingerprint of the completed claim, ${show(fingerprint)}, ${when}; got ${show(result)}.`,
    );
  }

  /** Expects an answer of `extend`, `complete` or `release`. */
  async expectAnswer(
    wanted: boolean,
    method: 'extend' | 'complete' | 'release',
    token: string,
    when: string,
  ): Promise<void> {
    const { store, key } = this;
    const answer =
      method === 'release' ? await store.release(key, token) : await store[method](key, token, long);
    if (answer !== wanted)
      throw new CaseFailure(`Expected ${method} to give ${wanted} ${when}; it gave ${show(answer)}.`);
  }

  /** Expects that none of the three methods does anything for this token. */
  async expectPowerless(token: string, when: string): Promise<void> {
    for (const method of ['extend', 'release', 'complete'] as const)
      await this.expectAnswer(false, method, token, when);
  }

  /** Lets time pass. */
  async pass(milliseconds: number): Promise<void> {
    await this.#advance(milliseconds);
  }

  /** Lets a `short` lease or retention end. Some stores count in coarser steps than milliseconds. */
  async outlive(): Promise<void> {
    await this.pass(short + 200);
  }
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
