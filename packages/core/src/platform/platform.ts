/** The public half of a P-256 key, RFC 7517. Coordinates are base64url of 32 bytes. */
export interface EcPublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** The Content-Encodings that can be undone; `deflate-raw` is what some senders call deflate. */
export type ContentEncoding = 'gzip' | 'deflate' | 'deflate-raw' | 'br';

/**
 * What differs between Node.js and the web-standard runtimes. The only file of the receiver that is switched, through
 * the `imports` of package.json. Where a result may be a promise, Node.js gives the plain value.
 */
export interface Platform<Key> {
  /** Imports a key once. Throws or rejects when the point is not on the curve. */
  importKey(jwk: EcPublicJwk): Key | Promise<Key>;
  /**
   * Checks an ES256 signature, RFC 7518 section 3.4.
   *
   * @param signature - 64 bytes, r then s.
   */
  verifyEs256(key: Key, signingInput: string, signature: Uint8Array<ArrayBuffer>): boolean | Promise<boolean>;
  /** The bytes of a canonical base64url text without padding; undefined for any other text. */
  decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined;
  /** SHA-256 in lower-case hex. */
  sha256(text: string): string | Promise<string>;
  /** Undoes a Content-Encoding; rejects with an error known to {@link isTooLarge} when more than `limit` bytes come out. */
  decompress(bytes: Uint8Array, encoding: ContentEncoding, limit: number): Promise<Uint8Array>;
  isTooLarge(error: unknown): boolean;
}
