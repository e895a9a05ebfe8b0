/** The longest span that a timer can hold. */
const maximumTimer = 2 ** 31 - 1;

/** Calls back at the earliest of the times that it was set for. */
export class DueTimer {
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;

  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /** Sets it, unless it is set for an earlier time. Both are milliseconds on the same clock. */
  set(at: number, now: number): void {
    if (at >= this.#at) return;
    this.clear();
    this.#at = at;
    this.#timer = setTimeout(
      () => {
        this.clear();
        this.#onDue();
      },
      Math.min(Math.max(at - now, 1), maximumTimer),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#at = Number.POSITIVE_INFINITY;
  }
}
