import type { SubscriptionView } from '../../../src/control/views.js';
import { now } from '../model/clock.js';
import { formatDuration } from '../text/format-duration.js';

/** What a sink that is not verified can still hope for; nothing when it is. */
export function VerificationState({ subscription }: { subscription: SubscriptionView }) {
  const { verified, attemptsLeft, nextVerificationAt } = subscription;
  if (verified) return null;
  const wait = (nextVerificationAt ?? 0) - (now.value ?? 0);
  return (
    <p class="verification">
      It gets no events until its sink echoes the challenge.{' '}
      {attemptsLeft === 0
        ? 'No verification request is left: delete it and subscribe again.'
        : `${attemptsLeft === 1 ? '1 request is' : `${attemptsLeft} requests are`} left, the next one is allowed ${wait > 0 ? `in ${formatDuration(wait)}` : 'now'}.`}
    </p>
  );
}
