import type { Platform } from './platform.js';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

class TooLargeError extends Error {}

/** What the receiver needs of a runtime with web standards only: Workers, Deno, browsers' engines. */
export const platform: Platform<CryptoKey> = {
  importKey(jwk) {
    return crypto.subtle.importKey('jwk', { ...jwk }, algorithm, false, ['verify']);
  },

  verifyEs256(key, signingInput, signature) {
    return crypto.subtle.verify(algorithm, key, signature, new TextEncoder().encode(signingInput));
  },

  decodeBase64Url(text) {
    // atob takes the other alphabet and white space too; the comparison below refuses both.
    let binary: string;
    try {
      binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    } catch {
      return undefined;
    }
    const canonical = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    return canonical === text ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined;
  },

  async sha256(text) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  },

  async decompress(bytes, encoding, limit) {
    // Where DecompressionStream knows no brotli yet, the constructor throws, and the body counts as foreign encoding.
    // https://compression.spec.whatwg.org/#supported-formats
    const format = encoding === 'br' ? 'brotli' : encoding;
    const stream = new Blob([bytes.slice()])
      .stream()
      .pipeThrough(new DecompressionStream(format as CompressionFormat));
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of readChunks(stream)) {
      length += chunk.length;
      if (length > limit) throw new TooLargeError('The decoded body is larger than the limit.');
      chunks.push(chunk);
    }
    const whole = new Uint8Array(length);
    let offset = 0;
    for (const chunk of chunks) {
      whole.set(chunk, offset);
      offset += chunk.length;
    }
    return whole;
  },

  isTooLarge(error) {
    return error instanceof TooLargeError;
  },
};

/** Not every runtime can iterate over a stream. */
async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
