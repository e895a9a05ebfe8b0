import { createHash, createPublicKey, hash, type KeyObject } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import type { Platform } from './platform.js';
import { SignatureQueue } from './signature-queue.js';

const decoders = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  'deflate-raw': promisify(inflateRaw),
  br: promisify(brotliDecompress),
};

const signatures = new SignatureQueue({ hasSpareCore: availableParallelism() > 1 });

/** What the receiver needs of Node.js. */
export const platform: Platform<KeyObject> = {
  importKey(jwk) {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  },

  verifyEs256(key, signingInput, signature) {
    return signatures.check({ key, input: Buffer.from(signingInput, 'latin1'), signature });
  },

  decodeBase64Url(text) {
    const bytes = Buffer.from(text, 'base64url');
    // The decoder skips whatever it does not know: only what re-encodes to itself is canonical.
    return bytes.toString('base64url') === text ? bytes : undefined;
  },

  // hash() came with Node 20.12 and costs half of createHash(); Bun and Deno may lack it.
  sha256:
    hash === undefined
      ? (text) => createHash('sha256').update(text).digest('hex')
      : (text) => hash('sha256', text),

  async decompress(bytes, encoding, limit) {
    return decoders[encoding](bytes, { maxOutputLength: limit });
  },

  isTooLarge(error) {
    // Not by instanceof: a test runner may give this code another realm than zlib has.
    return (error as { code?: unknown } | null)?.code === 'ERR_BUFFER_TOO_LARGE';
  },
};
