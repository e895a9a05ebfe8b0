import { now } from '../model/clock.js';
import { formatAge } from '../text/format-duration.js';

/** How long ago something was on the emulator's clock. */
export function Age({ since }: { since: number }) {
  const instant = now.value;
  return <>{instant === undefined ? '' : formatAge(since, instant)}</>;
}
