/**
 * A request that has just been read, with what Node.js gives at once and what it makes when asked.
 */
export class Arrival {
  /** @type {readonly string[]} */
  rawHeaders;
  /** The body. */
  bytes;

  /**
   * @param {readonly string[]} rawHeaders - Names and values in turn.
   * @param {Uint8Array} bytes
   */
  constructor(rawHeaders, bytes) {
    this.rawHeaders = rawHeaders;
    this.bytes = bytes;
  }

  /** The bearer token. */
  get token() {
    return (this.rawHeaders[this.rawHeaders.indexOf('Authorization') + 1] ?? '').slice('Bearer '.length);
  }

  /** Pairs as sent, which is what an adapter gives to the receiver. */
  get headerPairs() {
    /** @type {[string, string][]} */
    const pairs = [];
    for (let index = 0; index + 1 < this.rawHeaders.length; index += 2) {
      pairs.push([this.rawHeaders[index] ?? '', this.rawHeaders[index + 1] ?? '']);
    }
    return pairs;
  }

  /** Under lower-case names. */
  get headers() {
    return Object.fromEntries(this.headerPairs.map(([name, value]) => [name.toLowerCase(), value]));
  }

  /** The body as text. */
  get body() {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength).toString('utf8');
  }
}
