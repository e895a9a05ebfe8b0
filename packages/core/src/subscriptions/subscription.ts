/** The CloudEvents content mode of the notifications: `binary` is the default of the service. */
export type Mapping = 'binary' | 'structured';

/** Where the challenge of a verification request stands: `header` is the default of the service. */
export type VerificationMethod = 'header' | 'query';

/**
 * A subscription as the service shows it.
 *
 * @example
 * ```ts
 * const subscription: Subscription = {
 *   id: 'SUB230',
 *   sink: 'https://example.com/webhooks/fic',
 *   verified: true,
 *   types: ['it.fattureincloud.webhooks.entities.clients.create'],
 *   mapping: 'binary',
 * };
 * ```
 */
export interface Subscription {
  /** Such as `SUB230`. */
  readonly id: string;
  /** To the letter what the receiver's `sink` has to be. */
  readonly sink: string;
  /** False: the sink has not echoed a challenge, and gets no events. */
  readonly verified: boolean;
  /** Full types. The service shows single types only, never groups. */
  readonly types: readonly string[];
  /** `binary`, `structured`, or what the service may add some day. */
  readonly mapping: Mapping | (string & {});
}

/**
 * A warning of the service: a type that it left out of a subscription. The call has succeeded all the same.
 *
 * @example
 * ```ts
 * const { warnings } = await client.create({ sink, types });
 * for (const { kind, type, message } of warnings) console.error(kind, type, message);
 * ```
 */
export interface SubscriptionWarning {
  /**
   * - `already-registered`: another subscription of this application in this company has the type.
   * - `unknown-type`: the service does not know the type.
   * - `other`: something else; read the message.
   */
  readonly kind: 'already-registered' | 'unknown-type' | 'other';
  /** The full type that the warning is about, if it names one. */
  readonly type?: string;
  /** The service's own words, cleaned and cut. */
  readonly message: string;
}

/**
 * What `create` and `modify` give: a warning is a failure to report.
 *
 * @example
 * ```ts
 * const { subscription, warnings }: SubscriptionResult = await client.modify('SUB1', { types });
 * ```
 */
export interface SubscriptionResult {
  readonly subscription: Subscription;
  /** Empty when every type was taken. The service sends a list, a text, null or nothing; here it is always a list. */
  readonly warnings: readonly SubscriptionWarning[];
}

/** What a new subscription shall be. */
export interface NewSubscription {
  /** The URL that gets the notifications: HTTPS. */
  readonly sink: string;
  /** Short names or full types, at least one. Patterns are for `ensure` and `expandTypes`. */
  readonly types: readonly string[];
  /** Default `binary`. */
  readonly mapping?: Mapping | undefined;
  /** Default `header`. */
  readonly verificationMethod?: VerificationMethod | undefined;
}

/** A change of a subscription: what is left out stays as it is. */
export interface SubscriptionChange {
  /** A sink that differs has to be verified anew, and gets no events until then. Leave it out unless it changes. */
  readonly sink?: string | undefined;
  /** Replaces the whole list: whatever is not in it is lost. */
  readonly types?: readonly string[] | undefined;
  readonly mapping?: Mapping | undefined;
  /** How a new sink is verified. Default `header`. */
  readonly verificationMethod?: VerificationMethod | undefined;
}
