import { signal } from '@preact/signals';
import type { ClockState } from '../../../src/model/clock-state.js';

interface ReceivedClock extends ClockState {
  /** On this page's own monotonic clock, which no change of the computer's time moves. */
  readonly receivedAt: number;
}

const received = signal<ReceivedClock | undefined>(undefined);

/** `manual` when the emulator's clock stands until it is advanced. */
export const clockMode = signal<ClockState['mode'] | undefined>(undefined);

/** The emulator's time, in milliseconds since the epoch, renewed every second. Undefined until it was read. */
export const now = signal<number | undefined>(undefined);

/** Takes over where the emulator says its clock is. */
export function showClock({ now: instant, mode }: ClockState): void {
  received.value = { now: instant, mode, receivedAt: performance.now() };
  clockMode.value = mode;
  tick();
}

function tick(): void {
  const clock = received.peek();
  if (clock === undefined) return;
  const passed = clock.mode === 'real' ? performance.now() - clock.receivedAt : 0;
  now.value = clock.now + passed;
}

/** Lets the time on the page go on. */
export function startTicking(): void {
  setInterval(tick, 1_000);
}
