import type { SettingsTable } from '../state/settings-table.js';

/** `real`: time passes by itself. `manual`: it stands still until it is advanced. */
export type ClockMode = 'real' | 'manual';

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

  /** Moves a stopped clock forward. It never goes back. */
  moveTo(instant: number): void {
    if (instant <= this.now()) return;
    this.#remember(instant);
    this.#standsAt = instant;
  }

  /** Lets a real clock go on from where it was moved to. */
  start(): void {
    if (this.mode === 'manual' || this.#standsAt === undefined) return;
    this.#ahead = this.#standsAt - Date.now();
    this.#standsAt = undefined;
  }

  #remember(now: number): void {
    const standsAt = this.mode === 'manual' ? now : null;
    this.#settings.write('clock', { ahead: now - Date.now(), standsAt } satisfies Remembered);
  }
}
