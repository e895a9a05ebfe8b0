/** `real`: time passes by itself. `manual`: it stands still until it is advanced. */
export type ClockMode = 'real' | 'manual';

/** Where the clock is. */
export interface ClockState {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether the clock goes on by itself from here. */
  readonly mode: ClockMode;
}
