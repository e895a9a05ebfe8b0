/**
 * The JSON of the control API. Types only, and only from files that know nothing of Node: the inspector page, which runs
 * in a browser, imports them too.
 */
import type { Application } from '../model/application.js';
import type { Attempt } from '../model/attempt.js';
import type { ClockState } from '../model/clock-state.js';
import type { Delivery, DeliveryState } from '../model/delivery.js';
import type { FaultSettings } from '../model/fault-settings.js';
import type { ServiceBehaviour } from '../model/service-behaviour.js';
import type { SubscribeOptions, Subscription, VerifyResult } from '../model/subscription.js';

/** The answer of `GET state`: all that the inspector page shows at its start. */
export interface StateView {
  readonly emulatorVersion: string;
  readonly clock: ClockState;
  /** The oldest first. */
  readonly subscriptions: readonly SubscriptionView[];
  /** With their access tokens, which are of no use but here. */
  readonly applications: readonly Application[];
  readonly faults: FaultSettings;
  readonly behaviour: ServiceBehaviour;
  readonly behaviourDefaults: ServiceBehaviour;
  /** Every single event type, in the order of the catalogue. No groups. */
  readonly types: readonly EventTypeView[];
}

/** A subscription, with what follows from it. */
export interface SubscriptionView extends Subscription {
  /** Verification requests that may still be sent to this sink; 0 when it is verified. */
  readonly attemptsLeft: number;
  /** When the next one is allowed, on the emulator's clock, perhaps already past; null when there will be none. */
  readonly nextVerificationAt: number | null;
}

/** An event type of the catalogue. */
export interface EventTypeView {
  /** Short: `entities.clients.create`. */
  readonly name: string;
  /** With its prefix, as it stands in a subscription. */
  readonly type: string;
  /** True: can be subscribed, and is never sent. */
  readonly dead: boolean;
  /** What to know before using it. */
  readonly note?: string;
}

/** A delivery in a list: of its `ids` only the first 50. */
export interface DeliverySummary extends Delivery {
  /** How many there are. */
  readonly idCount: number;
}

/** The answer of `GET deliveries?before=&limit=`. */
export interface DeliveryPageView {
  /** The newest first. */
  readonly deliveries: readonly DeliverySummary[];
  /** How many are remembered in all. */
  readonly total: number;
}

/** The answer of `GET deliveries/{id}`. */
export interface DeliveryView extends Delivery {
  /** The first attempt first. */
  readonly history: readonly AttemptView[];
}

/** An attempt, with its token explained. */
export interface AttemptView extends Attempt {
  /** Null when the request carried no token. */
  readonly token: TokenView | null;
}

/** A token, decoded and judged as of the moment it was sent. */
export interface TokenView {
  /** Null when it cannot be read. */
  readonly header: Readonly<Record<string, unknown>> | null;
  /** The claims. Null when they cannot be read. */
  readonly payload: Readonly<Record<string, unknown>> | null;
  /** The signature and the algorithm first, then the claims. */
  readonly checks: readonly TokenCheckView[];
}

/** What is looked at in a token. */
export type TokenCheckName = 'signature' | 'alg' | 'iss' | 'aud' | 'sub' | 'jti' | 'iat' | 'exp' | 'aid';

/** One check of a token. */
export interface TokenCheckView {
  readonly name: TokenCheckName;
  /** What the token says, as text; null when it says nothing. */
  readonly value: string | null;
  /** What is right, as text. */
  readonly expected: string;
  readonly ok: boolean;
  /** The result in one sentence. */
  readonly why: string;
}

/** The answer of `POST deliveries/{id}/replay`, with status 202: the new delivery. */
export type ReplayView = Delivery;

/** The body of `POST clock/advance`. */
export interface AdvanceRequest {
  /** Milliseconds, or a text such as `10m` or `10d`. */
  readonly by: number | string;
}

/**
 * The body of `POST subscriptions`. The answer, with status 201, is a {@link SubscriptionView}, not verified yet: what
 * becomes of it comes through the stream.
 */
export type SubscribeRequest = Omit<SubscribeOptions, 'waitForVerification'>;

/** The answer of `POST subscriptions/{id}/verify`, with status 202. */
export interface VerifyView extends VerifyResult {
  readonly subscription: SubscriptionView;
}

/** The answer of `GET health`. */
export interface HealthView {
  readonly status: 'ok';
  readonly version: string;
  /** Milliseconds since the start. */
  readonly uptime: number;
  /** How many are remembered, by state. */
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
}

/** The body of every answer that is an error. `POST reset` and `DELETE subscriptions/{id}` answer 204 without a body. */
export interface ErrorView {
  readonly error: {
    /** Stable, such as `event-invalid`. */
    readonly code: string;
    /** What happened, the likely cause and the cure. */
    readonly message: string;
    /** The field, the parameter or the header that is wrong, where it is one. */
    readonly field?: string;
  };
}

/**
 * The messages of `GET events-stream`, by the name of the server-sent event. Connect first and read `GET state` and
 * `GET deliveries` then, so that nothing is missed; read them again after every reconnection.
 */
export interface StreamMessages {
  readonly deliveries: DeliveryChangesView;
  readonly subscriptions: SubscriptionChangesView;
  /** The clock was moved. */
  readonly clock: ClockState;
  readonly faults: FaultSettings;
  /** Everything was forgotten: read the state again. Changes that come later are of the time after it. */
  readonly reset: Readonly<Record<string, never>>;
}

/** Deliveries that were made or have gone on. */
interface DeliveryChangesView {
  /** Each in its last state, at most 500; the one with the lowest id first. */
  readonly deliveries: readonly DeliverySummary[];
  /** True: more have changed than are told here. Read the list again. */
  readonly more: boolean;
}

/** Subscriptions that were made, have changed, or are gone. */
export interface SubscriptionChangesView {
  /** Each in its last state, at most 500. */
  readonly changed: readonly SubscriptionView[];
  /** At most 500. */
  readonly deleted: readonly { readonly id: string; readonly why: string }[];
  /** True: more have changed than are told here. Read the state again. */
  readonly more: boolean;
}
