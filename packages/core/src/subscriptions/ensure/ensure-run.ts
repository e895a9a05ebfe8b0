import { swallow } from '../../receiver/reporter.js';
import { backOff, isOutcomeUnknown } from '../api/retry-policy.js';
import { FicApiError } from '../fic-api-error.js';
import type { SubscriptionResult, SubscriptionWarning } from '../subscription.js';
import type { EnsureContext } from './ensure-context.js';
import type { PlannedAction, WriteAction } from './ensure-report.js';
import { isGone } from './is-gone.js';

type Creation = Extract<PlannedAction, { kind: 'create' }>;
type Modification = Extract<PlannedAction, { kind: 'modify' }>;

/** One run of `ensure`: carries out actions, and keeps account of them. */
export class EnsureRun {
  readonly actions: PlannedAction[] = [];
  readonly warnings: SubscriptionWarning[] = [];
  /** Types that are not worth asking for in this run, with the warning that said so. */
  readonly refused: Map<string, SubscriptionWarning>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly #context: EnsureContext;
  /** Ends the run. */
  readonly signal: AbortSignal;
  #lostCreations = 0;

  constructor(context: EnsureContext, signal: AbortSignal) {
    this.#context = context;
    this.signal = signal;
    this.startedAt = context.clock.now();
    this.refused = context.memory.readRefusals(this.startedAt);
  }

  /** Carries out a plan. Whatever turns out differently than planned ends it early: then look again. */
  async carryOut(actions: readonly WriteAction[]): Promise<void> {
    for (const action of actions) {
      if (!(await this.#act(action))) return;
    }
  }

  /**
   * Asks for a verification request.
   *
   * @returns What the service made of it: `lost` when it will send no more, `gone` when there is no such subscription.
   */
  async verify(
    action: Extract<PlannedAction, { kind: 'verify' }>,
  ): Promise<'asked' | 'throttled' | 'lost' | 'gone'> {
    const { client, memory, clock } = this.#context;
    const { id, verificationMethod } = action;
    try {
      await client.verify(id, { verificationMethod, signal: this.signal });
      this.actions.push(action);
      return 'asked';
    } catch (error) {
      if (!(error instanceof FicApiError)) throw error;
      switch (error.code) {
        case 'api-quota':
          // Asked too early, or too many calls in 5 minutes. The long quotas stop everything else as well.
          if (error.window !== '5-minutes') throw error;
          memory.postponeVerification(id, clock.now() + (error.retryAfter ?? 60_000));
          return 'throttled';
        case 'api-conflict':
          memory.noteLost(id);
          return 'lost';
        case 'api-not-found':
          return 'gone';
        default:
          throw error;
      }
    }
  }

  /** @returns False when the subscriptions are not what the plan was made from. */
  async #act(action: WriteAction): Promise<boolean> {
    switch (action.kind) {
      case 'create':
        return this.#create(action);
      case 'modify':
        return this.#modify(action);
      case 'delete':
        return this.#delete(action);
    }
  }

  async #create(action: Creation): Promise<boolean> {
    const { client } = this.#context;
    const { sink, types, mapping, verificationMethod } = action;
    let result: SubscriptionResult;
    try {
      result = await client.create({ sink, types, mapping, verificationMethod }, { signal: this.signal });
    } catch (error) {
      await this.#outliveLostCreation(error);
      return false;
    }
    const { id } = result.subscription;
    this.actions.push({ ...action, id });
    this.#noteRefusals(types, result);
    if (result.subscription.types.length > 0) return true;
    await this.#delete({ kind: 'delete', id, why: 'The service refused all of its types.' });
    return false;
  }

  /** A lost answer: whether the subscription was made, the next look at the list tells. */
  async #outliveLostCreation(error: unknown): Promise<void> {
    const { clock, retries, onRetry } = this.#context;
    if (!isOutcomeUnknown(error) || this.#lostCreations >= retries) throw error;
    this.#lostCreations += 1;
    const attempt = this.#lostCreations;
    const delay = backOff(attempt);
    swallow(() => onRetry?.({ attempt, error, delay }));
    await clock.sleep(delay, { signal: this.signal });
  }

  async #modify(action: Modification): Promise<boolean> {
    const { id, sink, types, mapping, verificationMethod } = action;
    try {
      const change = { sink, types, mapping, verificationMethod };
      const result = await this.#context.client.modify(id, change, { signal: this.signal });
      this.actions.push(action);
      this.#noteRefusals(action.add, result);
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async #delete(action: Extract<PlannedAction, { kind: 'delete' }>): Promise<boolean> {
    try {
      await this.#context.client.delete(action.id, { signal: this.signal });
    } catch (error) {
      // Somebody else has done it.
      if (!isGone(error)) throw error;
    }
    this.actions.push(action);
    return true;
  }

  /** Remembers which of the types asked for were left out, so that they are not asked for again and again. */
  #noteRefusals(asked: readonly string[], { subscription, warnings }: SubscriptionResult): void {
    const { memory, clock } = this.#context;
    this.warnings.push(...warnings);
    for (const type of asked) {
      if (subscription.types.includes(type)) continue;
      const warning =
        warnings.find((one) => one.type === type) ??
        ({ kind: 'other', type, message: 'The service left it out and did not say why.' } as const);
      this.refused.set(type, warning);
      // A type that is taken may be free the next time.
      if (warning.kind !== 'already-registered') memory.noteRefusal(type, { warning, now: clock.now() });
    }
  }
}
