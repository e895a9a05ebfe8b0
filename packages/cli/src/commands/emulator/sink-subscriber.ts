import { type Emulator, EmulatorError, type Subscription } from '@fic-webhooks/emulator';
import { cleanText } from '../../output/clean-text.js';
import type { Lines } from '../../output/output.js';
import { findSubscription } from './find-subscription.js';
import type { WantedSubscription } from './read-subscription.js';
import { requestVerification } from './request-verification.js';
import type { StopRequest } from './stop-request.js';
import { isListening, waitForSink } from './wait-for-sink.js';

/** What a {@link SinkSubscriber} works with. */
export interface SinkSubscriberOptions {
  readonly emulator: Emulator;
  readonly wanted: WantedSubscription;
  readonly stop: StopRequest;
  readonly notices: Lines;
}

/**
 * Subscribes the sink of the command line, once.
 *
 * Fatture in Cloud asks a sink five times only, ten minutes apart. So it is not subscribed before something listens
 * there.
 */
export class SinkSubscriber {
  readonly #options: SinkSubscriberOptions;

  constructor(options: SinkSubscriberOptions) {
    this.#options = options;
  }

  /**
   * Takes the subscription of an earlier run, or makes it if something listens at the sink.
   *
   * @returns Undefined when nothing listens there yet, or when a stop was requested meanwhile.
   * @throws EmulatorError `subscription-refused`
   */
  async subscribeNow(): Promise<Subscription | undefined> {
    const { emulator, wanted, notices } = this.#options;
    const { existing, missing } = findSubscription(emulator.subscriptions(), wanted);
    if (existing !== undefined && missing.length === 0 && existing.verified) {
      notices.write(`${existing.id} is there from an earlier run, and is used again.`);
      return existing;
    }
    return (await isListening(wanted.sink)) ? this.#subscribe() : undefined;
  }

  /**
   * Waits until something listens at the sink, and subscribes it then.
   *
   * @throws EmulatorError `subscription-refused`
   */
  async subscribeLater(): Promise<void> {
    const { wanted, stop, notices } = this.#options;
    notices.write(
      `Nothing listens at ${wanted.sink} yet. It is subscribed as soon as something does; Ctrl+C stops.`,
    );
    if (await waitForSink(wanted.sink, stop.signal)) await this.#subscribe();
  }

  async #subscribe(): Promise<Subscription | undefined> {
    const { emulator, wanted, stop, notices } = this.#options;
    const { existing, missing } = findSubscription(emulator.subscriptions(), wanted);
    if (existing !== undefined && !existing.verified) {
      const method = wanted.verificationMethod;
      const why = await requestVerification({ emulator, subscription: existing, method });
      notices.write(
        `${existing.id} is there from an earlier run, not verified. Another verification: ${why}`,
      );
    }
    if (existing !== undefined && missing.length === 0) return existing;
    try {
      const making = emulator.subscribe({ ...wanted, types: missing });
      const subscription = await Promise.race([making, stop.requested]);
      if (subscription === undefined) return undefined;
      notices.write(
        `${subscription.id} is verified: ${wanted.sink} gets ${countTypes(subscription)} of company ${subscription.companyId}.`,
      );
      return subscription;
    } catch (error) {
      // The sink can be mended while the emulator runs. A refusal is final.
      if (!(error instanceof EmulatorError) || error.code !== 'subscription-unverified') throw error;
      notices.write(notices.colors.yellow(`warning: ${cleanText(error.message)}`));
      return emulator.subscriptions().findLast(({ sink }) => sink === wanted.sink);
    }
  }
}

function countTypes({ types }: Subscription): string {
  return types.length === 1 ? '1 type' : `${types.length} types`;
}
