import { eventTypePrefix } from '../../events/event-names.generated.js';
import { describeDuration } from '../api/explain-refusal.js';
import type { Subscription, SubscriptionWarning } from '../subscription.js';
import { describeDifference } from './describe-difference.js';
import type { EnsureProblem } from './ensure-report.js';
import type { Wanted } from './resolve-wanted.js';

/** A type that another subscription has. */
export function explainTaken(type: string, { wanted, holder, isStanding }: TakenType): EnsureProblem {
  const difference = describeDifference(wanted.sink, holder.sink);
  const like = difference === undefined ? '' : ` It differs from yours only in ${difference}.`;
  const ways = [
    `use that sink`,
    // A move is made only where nothing stands yet.
    isStanding ? '' : `move it here with moveSinkFrom: '${holder.id}'`,
    'take the type from it with takeOver',
  ].filter((way) => way !== '');
  return {
    code: 'type-taken',
    type,
    subscriptionId: holder.id,
    message:
      `${shorten(type)} belongs to ${holder.id} of this application, whose sink is ${holder.sink}.${like} ` +
      `An application can have a type once for each company. Either ${ways.join(', or ')}.`,
  };
}

interface TakenType {
  readonly wanted: Wanted;
  /** The subscription that has it. */
  readonly holder: Subscription;
  /** Whether a subscription of the wanted sink stands. */
  readonly isStanding: boolean;
}

/** A type that the service left out, with its own words. */
export function explainRefused(type: string, { kind, message }: SubscriptionWarning): EnsureProblem {
  if (kind === 'already-registered') {
    return {
      code: 'type-taken',
      type,
      message:
        `The service says that ${shorten(type)} is taken, but lists no subscription that has it. Somebody may be changing ` +
        'the subscriptions at this moment: run this again.',
    };
  }
  return {
    code: 'type-refused',
    type,
    message:
      `The service left ${shorten(type)} out: ${message} ` +
      'Check the name. If it is right, the service does not send it to this application: leave it out.',
  };
}

/** A sink that has not echoed a challenge. */
export function explainUnverified(
  { id, sink }: Subscription,
  { retryAfter, isThrottled }: { readonly retryAfter: number | undefined; readonly isThrottled: boolean },
): EnsureProblem {
  const again =
    retryAfter === undefined
      ? 'Then run this again.'
      : `The service tries again when it is asked in ${describeDuration(retryAfter)}, five times in all: run this again then.`;
  return {
    code: isThrottled ? 'verification-throttled' : 'unverified',
    subscriptionId: id,
    ...(retryAfter !== undefined && { retryAfter }),
    message:
      `${id} stands, but its sink ${sink} has not echoed the challenge of the service, so it gets no events. Check that the ` +
      `receiver runs, that GET reaches it as well as POST, that nothing in front of it answers or redirects, and that it can ` +
      `be reached from the internet. ${again}`,
  };
}

/** Somebody else changes the subscriptions at the same time. */
export function explainUnsettled(type?: string): EnsureProblem {
  const what = type === undefined ? 'The subscriptions are' : `${shorten(type)} is`;
  return {
    code: 'unsettled',
    ...(type !== undefined && { type }),
    message:
      `${what} not as asked for, although the service took every change. Another program seems to change the subscriptions ` +
      'of this application at the same time: let only one do it, with one list of types for each sink, and run this again.',
  };
}

function shorten(type: string): string {
  return type.startsWith(eventTypePrefix) ? type.slice(eventTypePrefix.length) : type;
}
