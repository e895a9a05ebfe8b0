const minute = 60_000;
/** Keys come from fixed tables and handler names; the bound is a second line of defence. */
const maximumKeys = 500;

/** Lets one occurrence of each key pass per minute, and counts the others. */
export class OncePerMinute {
  readonly #seen = new Map<string, { passedAt: number; held: number }>();

  /** How often the key occurred since it last passed, this time included; 0 when this one is held back. */
  pass(key: string): number {
    const now = performance.now();
    const entry = this.#seen.get(key);
    if (entry !== undefined && now - entry.passedAt < minute) {
      entry.held++;
      return 0;
    }
    if (this.#seen.size >= maximumKeys) this.#seen.clear();
    this.#seen.set(key, { passedAt: now, held: 0 });
    return (entry?.held ?? 0) + 1;
  }
}
