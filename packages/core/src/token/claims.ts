/** The claims of a genuine Fatture in Cloud token. */
export interface TokenClaims {
  readonly issuer: string;
  /** Absent on verification requests, perhaps. */
  readonly subject: string | undefined;
  /** The event's id. Absent on verification requests, perhaps. */
  readonly tokenId: string | undefined;
  /** The application id. Absent on verification requests, perhaps. */
  readonly applicationId: number | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}
