/** Requests under way to all sinks together, besides the one that every sink may always have. */
const sharedPlaces = 256;

/** What the places of one sink depend on. */
export interface LaneDemand {
  /** Requests that one sink may have at once. */
  readonly perLane: number;
  /** Sinks that have requests under way or waiting: they share alike. */
  readonly busyLanes: number;
}

/**
 * Counts the requests under way, per sink. A sink that has none may always begin one, whatever the others do; of the
 * shared places each sink gets a part that shrinks when there are many sinks, so that some that hang cannot keep them all.
 */
export class Lanes {
  readonly #underWay = new Map<string, number>();
  #total = 0;

  enter(sink: string): void {
    this.#underWay.set(sink, this.countOf(sink) + 1);
    this.#total += 1;
  }

  leave(sink: string): void {
    const left = this.countOf(sink) - 1;
    if (left > 0) this.#underWay.set(sink, left);
    else this.#underWay.delete(sink);
    this.#total -= 1;
  }

  /** Requests under way to a sink. */
  countOf(sink: string): number {
    return this.#underWay.get(sink) ?? 0;
  }

  /** How many sinks have requests under way, or are among those that wait. */
  countBusy(waiting: readonly string[]): number {
    return this.#underWay.size + waiting.filter((sink) => !this.#underWay.has(sink)).length;
  }

  /** How many requests to a sink may be begun now. */
  freePlaces(sink: string, { perLane, busyLanes }: LaneDemand): number {
    const underWay = this.countOf(sink);
    const part = Math.min(perLane, Math.floor(sharedPlaces / busyLanes)) - underWay;
    const shared = Math.min(part, sharedPlaces - this.#total);
    return Math.max(shared, underWay === 0 ? 1 : 0);
  }
}
