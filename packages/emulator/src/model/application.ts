/**
 * An application registered with Fatture in Cloud, with one access token. The service tells applications apart by their
 * tokens: one subscription per (application, company, type).
 */
export interface Application {
  /** The claim `aid` of every token signed for its subscriptions. */
  readonly id: number;
  /** What the Subscriptions API wants as `Authorization: Bearer …`. */
  readonly accessToken: string;
  /** The OAuth scopes granted, such as `entity.clients:r`. `null`: every scope. */
  readonly scopes: readonly string[] | null;
  /** The companies that the token may see. `null`: every company. */
  readonly companies: readonly number[] | null;
  /** A disabled application gets 403 `NO_PERMISSION` for every call. */
  readonly disabled: boolean;
}
