const units = [
  { name: 'd', size: 86_400_000 },
  { name: 'h', size: 3_600_000 },
  { name: 'min', size: 60_000 },
  { name: 's', size: 1_000 },
] as const;

/**
 * Writes a span of time as a person would say it: `840 ms`, `12 s`, `3 min`, `2 h 5 min`, `9 d 23 h`.
 *
 * @param milliseconds - Zero or more; what is less counts as zero.
 */
export function formatDuration(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  if (whole < 1_000) return `${whole} ms`;
  const largest = units.findIndex(({ size }) => whole >= size);
  const [first, second] = units.slice(largest);
  if (first === undefined) return `${whole} ms`;
  const rest = second === undefined ? 0 : Math.floor((whole % first.size) / second.size);
  const head = `${Math.floor(whole / first.size)} ${first.name}`;
  return second === undefined || rest === 0 ? head : `${head} ${rest} ${second.name}`;
}

/** How long ago something was, in its largest unit: `3 min`. `now` within the last second. */
export function formatAge(instant: number, now: number): string {
  const age = now - instant;
  const unit = units.find(({ size }) => age >= size);
  return unit === undefined ? 'now' : `${Math.floor(age / unit.size)} ${unit.name}`;
}
