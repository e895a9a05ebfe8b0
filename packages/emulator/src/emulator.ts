import type { DeliveryPage } from './delivery/read-page.js';
import type { Application } from './model/application.js';
import type { Attempt } from './model/attempt.js';
import type { ClockState } from './model/clock-state.js';
import type { Delivery } from './model/delivery.js';
import type { EmitResult, EmittedEvent } from './model/emitted-event.js';
import type { FaultChange, FaultSettings } from './model/fault-settings.js';
import type { ServiceBehaviour } from './model/service-behaviour.js';
import type { SubscribeOptions, Subscription, VerifyOptions, VerifyResult } from './model/subscription.js';

/** A delivery with everything that was sent and came back. */
export interface DeliveryRecord extends Delivery {
  /** The first attempt first. */
  readonly history: readonly Attempt[];
}

/**
 * What can be asked of an emulator, by a program or through its control API. After `close`, whatever changes something
 * throws an EmulatorError `emulator-closed`; what was there can still be read.
 */
export interface EmulatorControls {
  /** The PEM of the public key, for the receiver's `publicKeys`. */
  readonly publicKey: string;
  /** How the service acts where Fatture in Cloud does not say: the option `behaviour`, with every default in its place. */
  readonly behaviour: ServiceBehaviour;
  /** The applications known so far, with their access tokens. */
  applications(): Application[];
  /** The subscriptions of all applications and companies, the oldest first. */
  subscriptions(): Subscription[];
  /**
   * Makes a subscription as the Subscriptions API would, and waits until the sink is verified.
   *
   * @throws EmulatorError `subscription-refused` when the API would refuse it or leave a type out;
   * `subscription-unverified` when the sink does not echo the challenge; `emulator-closed`, also when the emulator was
   * closed or reset while it waited.
   */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /**
   * Asks for another verification request to a sink, as the Subscriptions API would: at most five, ten minutes apart on
   * the emulator's clock.
   *
   * @param subscriptionId - Such as `SUB1`.
   * @returns At once: what becomes of the request, `settled` and `subscriptions` tell.
   * @throws EmulatorError `subscription-unknown`; `verification-refused`, where the behaviour `throttledVerification` is
   * `refused`, when it comes too early or once too often; `emulator-closed`.
   */
  verify(subscriptionId: string, options?: VerifyOptions): VerifyResult;
  /**
   * Lets something happen in a company.
   *
   * @throws EmulatorError `event-invalid`; `emulator-closed`.
   */
  emit(event: EmittedEvent): EmitResult;
  /**
   * The newest first.
   *
   * @throws EmulatorError `input-invalid`.
   */
  deliveries(page?: DeliveryPage): Delivery[];
  /** One delivery with its attempts; undefined when there is none with this id, or when it was forgotten. */
  delivery(id: number): DeliveryRecord | undefined;
  /** Calls the listener whenever a delivery was made or has gone on. The function returned ends it. */
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  /**
   * Sends a delivery again, under the same event id. Fatture in Cloud has no such call.
   *
   * @throws EmulatorError `delivery-unknown`; `delivery-not-replayable` for a verification; `emulator-closed`.
   */
  replay(id: number): Delivery;
  /**
   * Moves the clock, and makes all happen that is due until then, in order of time. A real clock goes on meanwhile.
   *
   * @param by - Milliseconds, or a text such as `10m` or `10d`.
   * @throws EmulatorError `duration-invalid`; `emulator-closed`, also when the emulator was closed or reset meanwhile.
   */
  advance(by: number | string): Promise<ClockState>;
  /** Where the emulator's clock is now. */
  clock(): ClockState;
  /** Resolves when nothing is under way and nothing is due now. */
  settled(): Promise<void>;
  /** The faults that happen now. */
  faults(): FaultSettings;
  /**
   * Changes the faults; what is left out stays as it is. A seed makes the dice begin anew.
   *
   * @throws EmulatorError `faults-invalid`; `emulator-closed`.
   */
  setFaults(change: FaultChange): FaultSettings;
  /**
   * Forgets subscriptions, deliveries, quotas, faults, and the applications that are not among the options. Breaks off
   * what is under way. The signing key and the clock stay. Deliveries are numbered from 1 again.
   *
   * @throws EmulatorError `emulator-closed`.
   */
  reset(): Promise<void>;
}

/** A running emulator. */
export interface Emulator extends EmulatorControls {
  /** Such as `http://127.0.0.1:4010`: the base URL of the Subscriptions API. */
  readonly url: string;
  /** The URL of the inspector page. */
  readonly inspectorUrl: string;
  /** Stops. Whatever was under way is sent again when the state file is opened again. */
  close(): Promise<void>;
}
