import { now } from '../model/clock.js';
import { formatDuration } from '../text/format-duration.js';
import { formatInstant } from '../text/format-time.js';
import { Icon } from './icon.js';

/** Counts down, on the emulator's clock, to the date after which an error deletes a subscription. */
export function SubscriptionExpiry({ expiresAt }: { expiresAt: number | null }) {
  if (expiresAt === null) return null;
  const left = expiresAt - (now.value ?? expiresAt);
  return (
    <p class="expiry">
      <Icon name="clock" />
      <span>
        {left > 0 ? (
          <>
            An event was dropped: it expires in <strong>{formatDuration(left)}</strong>, at{' '}
            {formatInstant(expiresAt)}. One success clears this.
          </>
        ) : (
          <>
            <strong>It has expired.</strong> The next error deletes it; one success saves it.
          </>
        )}
      </span>
    </p>
  );
}
