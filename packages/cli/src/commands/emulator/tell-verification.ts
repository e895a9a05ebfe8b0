import { type Emulator, EmulatorError, type Subscription } from '@fic-webhooks/emulator';
import type { Lines } from '../../output/output.js';
import { awaitVerification, isVerification } from './await-verification.js';
import { describeStanding } from './describe-standing.js';
import { describeUnverified } from './describe-unverified.js';
import type { WantedSubscription } from './read-subscription.js';
import { writeWarning } from './write-warning.js';

/** What {@link tellVerification} works with. */
export interface TellVerificationOptions {
  readonly emulator: Emulator;
  /** The id of the subscription. */
  readonly id: string;
  readonly method: WantedSubscription['verificationMethod'];
  /** Whether a request was made just now. Else one is asked for. */
  readonly isAsked: boolean;
  readonly signal: AbortSignal;
  readonly notices: Lines;
}

/** Says how the verification of a sink has ended; and while it has not ended well, how each further one does. */
export async function tellVerification(options: TellVerificationOptions): Promise<void> {
  const { emulator, id, signal, notices, isAsked } = options;
  const silence = isAsked ? undefined : ask(options);
  const last = await awaitVerification({ emulator, id, signal });
  const subscription = find(emulator, id);
  if (signal.aborted || subscription === undefined) return;
  if (subscription.verified) {
    notices.write(describeStanding(subscription, 'is verified'));
    return;
  }
  if (last === undefined) writeWarning(notices, `${id} is not verified yet: its sink takes long to answer.`);
  else tellFailure(options, { subscription, reason: last.reason ?? '', silence });
  tellFurther(options);
}

/** @returns Why nothing was sent; undefined when something was. */
function ask({ emulator, id, method }: TellVerificationOptions): string | undefined {
  try {
    const { sent, why } = emulator.verify(id, { method });
    return sent ? undefined : why;
  } catch (error) {
    if (error instanceof EmulatorError) return error.message;
    throw error;
  }
}

interface Failure {
  readonly subscription: Subscription;
  readonly reason: string;
  readonly silence?: string | undefined;
}

function tellFailure({ emulator, notices }: TellVerificationOptions, failure: Failure): void {
  const { warning, cure } = describeUnverified({ ...failure, inspectorUrl: emulator.inspectorUrl });
  writeWarning(notices, warning);
  notices.write(cure);
}

function tellFurther(options: TellVerificationOptions): void {
  const { emulator, id, notices } = options;
  const stop = emulator.onDelivery((delivery) => {
    if (!isVerification(delivery, id) || delivery.endedAt === null) return;
    const subscription = find(emulator, id);
    if (subscription === undefined) return;
    if (delivery.state === 'delivered') {
      stop();
      notices.write(describeStanding(subscription, 'is verified'));
    } else tellFailure(options, { subscription, reason: delivery.reason ?? '' });
  });
}

function find(emulator: Emulator, id: string): Subscription | undefined {
  return emulator.subscriptions().find((one) => one.id === id);
}
