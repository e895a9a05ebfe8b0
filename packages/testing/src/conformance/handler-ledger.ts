import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { CaseFailure } from '../suite/suite-case.js';
import type { ConformanceOptions, HandledEvent } from './conformance-options.js';

/** Milliseconds between two looks at what was handled. */
const pollEvery = 5;

/** What must have reached a handler, and what must not. */
export class HandlerLedger {
  readonly #handled: ConformanceOptions['handled'];
  readonly #within: number;
  readonly #wanted = new Map<string, HandledEvent>();
  readonly #unwanted = new Set<string>();

  constructor({ handled, handledWithin = 3_000 }: ConformanceOptions) {
    this.#handled = handled;
    this.#within = handledWithin;
  }

  /** Whether it can be told what was handled. */
  get sees(): boolean {
    return this.#handled !== undefined;
  }

  /** Whether nothing has been expected of handlers so far. */
  get isEmpty(): boolean {
    return this.#wanted.size === 0 && this.#unwanted.size === 0;
  }

  /** Checks that the event reaches a handler, soon and once. Fields that it does not have are not compared. */
  async expectHandled(event: HandledEvent): Promise<void> {
    this.#wanted.set(event.id, event);
    if (!this.sees) return;
    const deadline = performance.now() + this.#within;
    let runs = await this.#runsOf(event.id);
    while (runs.length === 0 && performance.now() < deadline) {
      await sleep(pollEvery);
      runs = await this.#runsOf(event.id);
    }
    if (runs.length === 0) {
      throw new CaseFailure(
        `The answer was a success, but event ${event.id} reached no handler within ${this.#within} ms. Is there a handler ` +
          "for '*' that adds to the list of `handled`? Or are the ids looked for in the wrong place: they are in data.ids?",
      );
    }
    checkRuns(event, runs);
  }

  /** Checks that the event has reached no handler. `finish` looks again at the end. */
  async expectNotHandled(id: string): Promise<void> {
    this.#unwanted.add(id);
    if (this.sees && (await this.#runsOf(id)).length > 0) throw handledAgainstRule(id);
  }

  /** Checks that no run for the event has succeeded so far. */
  async expectNotHandledYet(id: string): Promise<void> {
    if (!this.sees || (await this.#runsOf(id)).length === 0) return;
    throw new CaseFailure(
      `The answer was 500, but event ${id} counts as handled. Does \`handled\` give only what succeeded? Then the failure ` +
        'came after the success of the handler.',
    );
  }

  /** Looks at all events of the run once more: a second or a forbidden run may have come late. */
  async finish(): Promise<void> {
    await sleep(50);
    for (const event of this.#wanted.values()) checkRuns(event, await this.#runsOf(event.id));
    for (const id of this.#unwanted) if ((await this.#runsOf(id)).length > 0) throw handledAgainstRule(id);
  }

  async #runsOf(id: string): Promise<readonly HandledEvent[]> {
    const all = (await this.#handled?.()) ?? [];
    return all.map((one) => (typeof one === 'string' ? { id: one } : one)).filter((one) => one.id === id);
  }
}

function checkRuns(event: HandledEvent, runs: readonly HandledEvent[]): void {
  if (runs.length > 1) {
    throw new CaseFailure(
      `Event ${event.id} was handled ${runs.length} times, expected once. Deduplicate by the event's id, atomically.`,
    );
  }
  for (const field of ['type', 'companyId', 'ids'] as const) {
    const [seen, wanted] = [runs[0]?.[field], event[field]];
    if (seen === undefined || wanted === undefined || isDeepStrictEqual(seen, wanted)) continue;
    throw new CaseFailure(
      `Event ${event.id} reached its handler with ${field} ${JSON.stringify(seen)}, expected ${JSON.stringify(wanted)}.`,
    );
  }
}

function handledAgainstRule(id: string): CaseFailure {
  return new CaseFailure(
    `Event ${id} was refused or forged, and a handler ran for it all the same. Verify before anything else happens.`,
  );
}
