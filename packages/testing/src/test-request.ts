/** A request that the conformance suite wants to be sent. Pairs, because names may be repeated. */
export interface TestRequest {
  method: string;
  /** Names and values. No `Host`, `Content-Length` or `Connection`. Values may hold characters up to U+00FF. */
  headers: [string, string][];
  /** Names and values, not encoded: `new URLSearchParams(query)` takes them. */
  query: [string, string][];
  /** Undefined for a request without a body. A text is UTF-8. */
  body: string | Uint8Array | undefined;
}

/** The answer to a request. */
export interface TestResponse {
  status: number;
  /** Repeated headers joined with a comma. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * Sends one request and resolves with its answer, whatever its status; rejects when there is none. It must not
 * follow redirects: Fatture in Cloud does not.
 */
export type Send = (request: TestRequest) => Promise<TestResponse>;
