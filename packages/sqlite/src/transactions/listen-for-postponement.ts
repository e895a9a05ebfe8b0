import type { FicContext } from '@fic-webhooks/core';

/**
 * The same context, which notes whether a later retry was asked for.
 *
 * Written out, because a copy would make the signal of a context for which nobody has asked yet.
 */
export function listenForPostponement(context: FicContext): {
  readonly context: FicContext;
  readonly isPostponed: () => boolean;
} {
  const { attempt, logger, receivedAt, delivery } = context;
  let postponed = false;
  return {
    context: {
      attempt,
      logger,
      receivedAt,
      ...(delivery && { delivery }),
      get signal() {
        return context.signal;
      },
      retryAfter(milliseconds) {
        postponed = true;
        context.retryAfter(milliseconds);
      },
    },
    isPostponed: () => postponed,
  };
}
