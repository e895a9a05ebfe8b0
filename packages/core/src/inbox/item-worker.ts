import type { FicEvent } from '../events/fic-event.js';
import type { HandlerRegistry, Registration } from '../handlers/handler-registry.js';
import { cleanText } from '../receiver/clean-text.js';
import type { CompanyRule } from '../receiver/company-decision.js';
import type { Logger } from '../receiver/logger.js';
import { messageOf, type Reporter } from '../receiver/reporter.js';
import { askCompany } from './ask-company.js';
import { delayAfter } from './backoff.js';
import type { DeadLetterReason } from './dead-letter-reasons.js';
import type { InboxItem, Verdict } from './inbox.js';
import { type ReadPayload, readPayload } from './read-payload.js';
import { describeFailure, runHandler } from './run-handler.js';
import { Suspects } from './suspects.js';
import { WorkerContext } from './worker-context.js';
import type { ResolvedWorkerOptions } from './worker-options.js';

/** What stored events are handled with. */
export interface ItemWorkerOptions {
  readonly registry: HandlerRegistry;
  readonly reporter: Reporter;
  readonly logger: Logger;
  readonly worker: ResolvedWorkerOptions;
  /** Milliseconds. */
  readonly handlerMaxRuntime: number;
  readonly bodyLimit: number;
  readonly company: CompanyRule | undefined;
  /** Tells `onUnhandled`. False when nobody listens. */
  readonly onUnhandled: (event: FicEvent) => boolean;
}

/** Milliseconds that a handler may put an event off by at most: 24 days, what every store and timer can count. */
const longestPostponement = 2_147_483_647;

/** Nobody hears of it: the inbox drops the verdict of a claim that was lost. */
const lost: Verdict = { kind: 'postpone', after: 0 };

/** Handles stored events and decides what becomes of each. */
export class ItemWorker {
  readonly #options: ItemWorkerOptions;
  readonly #suspects: Suspects;

  constructor(options: ItemWorkerOptions) {
    this.#options = options;
    this.#suspects = new Suspects(options.worker);
  }

  /** Handles one stored event. Never rejects. */
  async process(item: InboxItem): Promise<Verdict> {
    let verdict: Verdict;
    try {
      verdict = await this.#suspects.keepApart(item, () => this.#process(item));
    } catch (error) {
      verdict = this.#fail(item, messageOf(error));
    }
    if (verdict.kind === 'bury') {
      const { reason, error } = verdict;
      this.#options.reporter.notice(
        'dead-letter',
        `${reason}: ${item.name || 'unreadable'} ${item.key}. ${error}`,
      );
    }
    return verdict;
  }

  async #process(item: InboxItem): Promise<Verdict> {
    const { worker, bodyLimit } = this.#options;
    if (item.crashes >= worker.crashes) {
      return bury('crash-loop', `The process died ${item.crashes} times while it handled this event.`);
    }
    const payload = await readPayload(item.payload, bodyLimit);
    if (typeof payload === 'string') return bury('unreadable', payload);
    const refusal = await this.#askForCompany(payload, item);
    if (refusal !== undefined) return refusal;

    const { event } = payload;
    const registrations = this.#options.registry.find(event);
    if (registrations.length > 0) return this.#runHandlers(item, event, registrations);
    const taken = this.#options.onUnhandled(event);
    if (taken || event.name === 'subscriptions.welcome') return { kind: 'done' };
    return bury('unhandled', `No handler is registered for ${event.name}.`);
  }

  /** An event that nobody could read when it came has not been looked at by the `company` option. */
  async #askForCompany({ event, late }: ReadPayload, item: InboxItem): Promise<Verdict | undefined> {
    const { company: rule, reporter, handlerMaxRuntime: maxRuntime } = this.#options;
    if (!late || rule === undefined) return undefined;
    const refusal = await askCompany({ rule, event, maxRuntime, signal: item.signal });
    if (refusal === undefined) return undefined;
    if (refusal === 'lost') return lost;
    reporter.outcome(refusal);
    return refusal.code === 'company-undecided'
      ? this.#fail(item, refusal.detail ?? refusal.code)
      : { kind: 'done' };
  }

  /** Runs those that have not succeeded before, one after another, all of them even when one fails. */
  async #runHandlers(
    item: InboxItem,
    event: FicEvent,
    registrations: readonly Registration[],
  ): Promise<Verdict> {
    const { reporter, logger, handlerMaxRuntime: maxRuntime } = this.#options;
    const failures: string[] = [];
    const unmarked: string[] = [];
    let delay: number | undefined;
    for (const registration of registrations) {
      const { name } = registration;
      if (item.handled.includes(name)) continue;
      if (item.signal.aborted) return lost;
      const context = new WorkerContext(item, name, logger);
      const result = await runHandler({ event, registration, context, maxRuntime, signal: item.signal });
      if (!result.succeeded) {
        const { attempt } = item;
        reporter.handlerFailure(result.error, { event, handler: name, attempt, where: 'worker' });
      }
      // It may have stopped half-way because of the signal, and no mark or outcome shall say otherwise.
      if (item.signal.aborted) return lost;
      const { requestedDelay } = context;
      if (requestedDelay !== undefined) delay = Math.max(delay ?? 0, this.#delayFor(requestedDelay));
      else if (!result.succeeded) failures.push(describeFailure(name, result.error));
      else if (registrations.length > 1 && !(await this.#mark(item, name, unmarked))) return lost;
    }
    if (item.signal.aborted) return lost;
    if (delay === undefined && failures.length === 0) return { kind: 'done' };
    // The verdict of an event that comes again says nothing of those that have succeeded.
    for (const name of unmarked.splice(0)) if (!(await this.#mark(item, name, unmarked))) return lost;
    return delay === undefined ? this.#fail(item, failures.join(' | ')) : { kind: 'postpone', after: delay };
  }

  /** A time that is none, such as that of a header which was not there, stands for the first delay. */
  #delayFor(requested: number): number {
    return Math.min(Math.ceil(requested) || this.#options.worker.firstDelay, longestPostponement);
  }

  /** Remembers a success. False when the claim is lost; when it is only the store that fails, work goes on. */
  async #mark(item: InboxItem, name: string, unmarked: string[]): Promise<boolean> {
    try {
      return await item.markHandled(name);
    } catch (error) {
      this.#options.reporter.notice('worker-trouble', messageOf(error));
      unmarked.push(name);
      return true;
    }
  }

  #fail({ attempt }: InboxItem, error: string): Verdict {
    const { worker } = this.#options;
    const line = cleanText(error);
    return attempt >= worker.attempts
      ? bury('attempts', line, true)
      : { kind: 'retry', after: delayAfter(attempt, worker), error: line };
  }
}

function bury(reason: DeadLetterReason, error: string, failed = false): Verdict {
  return { kind: 'bury', reason, error: cleanText(error), failed };
}
