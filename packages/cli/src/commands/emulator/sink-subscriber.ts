import { FicWebhooksError } from '@fic-webhooks/core';
import type { Emulator, Subscription } from '@fic-webhooks/emulator';
import type { Lines } from '../../output/output.js';
import { describeChange } from './describe-change.js';
import { describeStanding } from './describe-standing.js';
import { type EnsuredSubscription, ensureSubscription, findOwn } from './ensure-subscription.js';
import type { WantedSubscription } from './read-subscription.js';
import type { StopRequest } from './stop-request.js';
import { tellVerification } from './tell-verification.js';
import { isListening, waitForSink } from './wait-for-sink.js';
import { writeWarning } from './write-warning.js';

/** What a {@link SinkSubscriber} works with. */
export interface SinkSubscriberOptions {
  readonly emulator: Emulator;
  readonly wanted: WantedSubscription;
  /** The one of the application. */
  readonly accessToken: string;
  readonly stop: StopRequest;
  readonly notices: Lines;
}

/**
 * Makes the subscription of the command line stand, once, and says what was done.
 *
 * Fatture in Cloud asks a sink five times only, ten minutes apart. So none is subscribed before something listens there.
 */
export class SinkSubscriber {
  readonly #options: SinkSubscriberOptions;
  #isDone = false;

  constructor(options: SinkSubscriberOptions) {
    this.#options = options;
  }

  /**
   * Makes it stand, if the sink is verified since an earlier run, or if something listens there.
   *
   * @returns As it stands then; undefined when there is none yet, or when a stop was requested meanwhile.
   */
  async subscribeNow(): Promise<Subscription | undefined> {
    const { emulator, wanted } = this.#options;
    const isVerified = findOwn(emulator, wanted).some(
      ({ sink, verified }) => sink === wanted.sink && verified,
    );
    return isVerified || (await isListening(wanted.sink)) ? this.#subscribe() : undefined;
  }

  /** Waits until something listens at the sink, and makes it stand then. Does nothing when that was done before. */
  async subscribeLater(): Promise<void> {
    const { wanted, stop, notices } = this.#options;
    if (this.#isDone || stop.signal.aborted) return;
    notices.write(
      `Nothing listens at ${wanted.sink} yet. It is subscribed as soon as something does; Ctrl+C stops.`,
    );
    if (await waitForSink(wanted.sink, stop.signal)) await this.#subscribe();
  }

  async #subscribe(): Promise<Subscription | undefined> {
    this.#isDone = true;
    const { emulator, wanted, notices } = this.#options;
    const ensured = await this.#ensure();
    if (ensured === undefined) return undefined;
    for (const action of ensured.actions) {
      for (const line of describeChange(action, { ...ensured, sink: wanted.sink })) notices.write(line);
    }
    for (const { code, message } of ensured.problems) {
      // How the verification ends is said below.
      if (code !== 'unverified' && code !== 'verification-throttled') writeWarning(notices, message);
    }
    const find = () =>
      ensured.ids.flatMap((id) => emulator.subscriptions().find((one) => one.id === id) ?? []);
    for (const subscription of find()) await this.#tell(subscription, ensured);
    this.#warnOfStrangers();
    return find()[0];
  }

  /** Subscriptions that other applications have for the sink: mostly left by a run with another `--access-token-env`. */
  #warnOfStrangers(): void {
    const { emulator, wanted, notices } = this.#options;
    for (const { id, sink, applicationId } of emulator.subscriptions()) {
      if (sink !== wanted.sink || applicationId === wanted.applicationId) continue;
      writeWarning(
        notices,
        `${id} of application ${applicationId} has the same sink, which gets its events besides, and refuses them when it knows application ${wanted.applicationId} alone. To end that, delete ${id} on the inspector page.`,
      );
    }
  }

  /** Undefined when it could not be done, which is said then: the emulator goes on without it. */
  async #ensure(): Promise<EnsuredSubscription | undefined> {
    const { stop, notices } = this.#options;
    try {
      return await ensureSubscription({ ...this.#options, signal: stop.signal });
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      if (!(error instanceof FicWebhooksError)) throw error;
      writeWarning(
        notices,
        `The subscription of --sink is not as asked for: ${error.message} See to it on the inspector page, or start again.`,
      );
      return undefined;
    }
  }

  async #tell(subscription: Subscription, { before, actions }: EnsuredSubscription): Promise<void> {
    const { emulator, wanted, stop, notices } = this.#options;
    const { id, verificationAttempts } = subscription;
    const old = before.find((one) => one.id === id && one.sink === wanted.sink);
    if (old?.verified !== true) {
      await tellVerification({
        emulator,
        id,
        method: wanted.verificationMethod,
        isAsked: old === undefined || verificationAttempts > old.verificationAttempts,
        signal: stop.signal,
        notices,
      });
    } else if (actions.length === 0) notices.write(describeStanding(subscription, 'stands already'));
  }
}
