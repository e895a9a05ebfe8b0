import type { EmitResult, EmittedEvent } from './events/emit-event.js';
import type { FaultChange } from './faults/fault-box.js';
import type { Application } from './model/application.js';
import type { Attempt } from './model/attempt.js';
import type { Delivery } from './model/delivery.js';
import type { FaultSettings } from './model/fault-settings.js';
import type { ServiceBehaviour } from './model/service-behaviour.js';
import type { Mapping, Subscription, VerificationMethod } from './model/subscription.js';

/** A subscription to be made by {@link Emulator.subscribe}. */
export interface SubscribeOptions {
  /** The URL of the receiver. */
  sink: string;
  /** Types, short or full, groups included. */
  types: readonly string[];
  /** Default 108061. */
  companyId?: number | undefined;
  /** Default the application with the lowest id. */
  applicationId?: number | undefined;
  /** Default `binary`. */
  mapping?: Mapping | undefined;
  /** Default `header`. */
  verificationMethod?: VerificationMethod | undefined;
  /** False: returns before the verification has ended. Default true: throws when the sink does not answer it rightly. */
  waitForVerification?: boolean | undefined;
}

/** A delivery with everything that was sent and came back. */
export interface DeliveryRecord extends Delivery {
  /** The first attempt first. */
  readonly history: readonly Attempt[];
}

/** Where the clock is. */
export interface ClockState {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly mode: 'real' | 'manual';
}

/** What can be asked of an emulator, by a program or through its control API. */
export interface EmulatorControls {
  /** The PEM of the public key, for the receiver's `publicKeys`. */
  readonly publicKey: string;
  readonly behaviour: ServiceBehaviour;
  /** The applications known so far, with their access tokens. */
  applications(): Application[];
  subscriptions(): Subscription[];
  /**
   * Makes a subscription as the Subscriptions API would, and waits until the sink is verified.
   *
   * @throws EmulatorError `subscription-refused` when the API would refuse it or leave a type out;
   * `subscription-unverified` when the sink does not echo the challenge.
   */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /**
   * Lets something happen in a company.
   *
   * @throws EmulatorError `event-invalid`.
   */
  emit(event: EmittedEvent): EmitResult;
  /** The newest first. `before` is the id to begin below; `limit` is at most 10,000, default 100. */
  deliveries(page?: { before?: number | undefined; limit?: number | undefined }): Delivery[];
  /** One delivery with its attempts; undefined when there is none with this id, or when it was forgotten. */
  delivery(id: number): DeliveryRecord | undefined;
  /** Calls the listener whenever a delivery was made or has gone on. The function returned ends it. */
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  /**
   * Sends a delivery again, under the same event id. Fatture in Cloud has no such call.
   *
   * @throws EmulatorError `delivery-unknown`.
   */
  replay(id: number): Delivery;
  /**
   * Moves the clock, and makes all happen that is due until then, in order of time.
   *
   * @param by - Milliseconds, or a text such as `10m` or `10d`.
   * @throws EmulatorError `duration-invalid`.
   */
  advance(by: number | string): Promise<ClockState>;
  clock(): ClockState;
  /** Resolves when nothing is under way and nothing is due now. */
  settled(): Promise<void>;
  faults(): FaultSettings;
  /**
   * Changes the faults; what is left out stays as it is.
   *
   * @throws EmulatorError `faults-invalid`.
   */
  setFaults(change: FaultChange): FaultSettings;
  /** Forgets subscriptions, deliveries, quotas and faults. Applications, the signing key and the clock stay. */
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
