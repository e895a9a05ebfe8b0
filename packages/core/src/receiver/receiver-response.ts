/**
 * A finished answer: an adapter writes it as it is, and nothing may wrap or change the body.
 *
 * @example
 * ```ts
 * const { status, headers, body } = await receiver.handle(request);
 * response.writeHead(status, headers).end(body);
 * ```
 */
export interface ReceiverResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a 204. */
  readonly body: string;
}
