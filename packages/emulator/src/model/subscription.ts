/** How the challenge of a verification request is sent. */
export type VerificationMethod = 'header' | 'query';

/** The CloudEvents content mode of the notifications. */
export type Mapping = 'binary' | 'structured';

/** What the service knows of one subscription. All times are milliseconds since the epoch on the emulator's clock. */
export interface Subscription {
  /** Such as `SUB1`. */
  readonly id: string;
  /** The company whose events it gets. */
  readonly companyId: number;
  /** The application that it belongs to: the claim `aid` of its tokens. */
  readonly applicationId: number;
  /** The URL, to the letter as it was registered: the audience of its tokens. */
  readonly sink: string;
  /** Full types, never group types. May be empty, when all were refused. */
  readonly types: readonly string[];
  /** The content mode of its notifications. */
  readonly mapping: Mapping;
  /** True once the sink has echoed a challenge. It gets no events before. */
  readonly verified: boolean;
  /** Verification requests made of the sink since it was last set: at most 5. One to come by itself does not count yet. */
  readonly verificationAttempts: number;
  /** When the last verification request was made; null when there was none yet. */
  readonly lastVerificationAt: number | null;
  /** How the challenge of the last verification request was sent. */
  readonly verificationMethod: VerificationMethod;
  /** Set by the first dropped event: the first error after this time deletes the subscription. One success clears it. */
  readonly expiresAt: number | null;
  /** When it was made. */
  readonly createdAt: number;
}

/** A subscription to be made by `subscribe`. */
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

/** What `verify` can be told. */
export interface VerifyOptions {
  /** How the challenge is sent. Not remembered from earlier requests. Default `header`. */
  method?: VerificationMethod | undefined;
}

/** What became of the wish for another verification request. */
export interface VerifyResult {
  /** The subscription after the call. */
  readonly subscription: Subscription;
  /** False when nothing is sent: it is verified already, or it is too early, or five were sent. */
  readonly sent: boolean;
  /** The result in one sentence. */
  readonly why: string;
}
