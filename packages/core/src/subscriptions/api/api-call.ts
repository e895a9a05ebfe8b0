/** One call of the API. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with `/c/`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Full types in the body, for explaining what they need. */
  readonly types?: readonly string[] | undefined;
}

/** An answer of the API, whatever its status. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
