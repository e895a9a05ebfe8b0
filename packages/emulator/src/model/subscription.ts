/** How the challenge of a verification request is sent. */
export type VerificationMethod = 'header' | 'query';

/** The CloudEvents content mode of the notifications. */
export type Mapping = 'binary' | 'structured';

/** What the service knows of one subscription. All times are milliseconds since the epoch on the emulator's clock. */
export interface Subscription {
  /** Such as `SUB1`. */
  readonly id: string;
  readonly companyId: number;
  readonly applicationId: number;
  /** The URL, to the letter as it was registered: the audience of its tokens. */
  readonly sink: string;
  /** Full types, never group types. May be empty, when all were refused. */
  readonly types: readonly string[];
  readonly mapping: Mapping;
  readonly verified: boolean;
  /** Verification requests started since the sink was last set: at most 5. */
  readonly verificationAttempts: number;
  /** When the last verification request was started. */
  readonly lastVerificationAt: number | null;
  readonly verificationMethod: VerificationMethod;
  /** Set by the first dropped event: the first error after this time deletes the subscription. One success clears it. */
  readonly expiresAt: number | null;
  readonly createdAt: number;
}
