import type { ClockMode } from '../model/clock-state.js';
import type { SettingsTable } from '../state/settings-table.js';

interface Remembered {
  /** Milliseconds ahead of the wall clock, when it was last moved. */
  readonly ahead: number;
  /** The time at which a manual clock stands; null for a real one. */
  readonly standsAt: number | null;
}

/**
 * The time that drives retries, throttles, quotas and expiry. Tokens and the `time` of events follow the wall clock
 * instead, because a receiver compares them with its own.
 */
export class Clock {
  readonly mode: ClockMode;
  readonly #settings: SettingsTable;
  #ahead = 0;
  /** Set while the clock stands: always in manual mode, and while it is moved in real mode. */
  #standsAt: number | undefined;

  constructor(mode: ClockMode, settings: SettingsTable) {
    this.mode = mode;
    this.#settings = settings;
    const { ahead, standsAt } = settings.read<Remembered>('clock') ?? { ahead: 0, standsAt: null };
    this.#ahead = ahead;
    // A clock that stood goes on from where it stood: nothing may become due only because the emulator was off.
    if (mode === 'manual') this.#standsAt = standsAt ?? Date.now() + ahead;
    this.#remember(this.now());
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#standsAt ?? Date.now() + this.#ahead;
  }

  /** Stops the clock, so that it can be moved from one thing due to the next. */
  stop(): void {
    this.#standsAt = this.now();
  }

  /**
   * Moves a stopped clock forward. It never goes back.
   *
   * @throws whatever the state throws when it cannot be written: then the clock was not moved.
   */
  moveTo(instant: number): void {
    if (instant <= this.now()) return;
    this.#remember(instant);
    this.#standsAt = instant;
  }

  /** Lets a real clock go on from where it was moved to, or from where it would be by now: it never goes back. */
  start(): void {
    if (this.mode === 'manual' || this.#standsAt === undefined) return;
    this.#ahead = this.#aheadAt(this.#standsAt);
    this.#standsAt = undefined;
  }

  #remember(now: number): void {
    const remembered: Remembered =
      this.mode === 'manual'
        ? { ahead: now - Date.now(), standsAt: now }
        : { ahead: this.#aheadAt(now), standsAt: null };
    this.#settings.write('clock', remembered);
  }

  /** How far ahead a real clock is that stands at an instant: the wall clock has gone on since it was stopped. */
  #aheadAt(instant: number): number {
    return Math.max(this.#ahead, instant - Date.now());
  }
}
