import { connect, type Socket } from 'node:net';
import type { TestRequest } from '../support/requests.js';

/** What to send: bytes, or a pause in milliseconds. */
export type Piece = string | Uint8Array | number;

/** What came of a conversation over one connection. */
export interface Conversation {
  /** Everything received, one character for each byte. */
  readonly received: string;
  /** How the connection ended: the server closed it in order, reset it, or did nothing in time. */
  readonly ending: 'closed' | 'reset' | 'open';
  /** From the first byte sent to the end. */
  readonly milliseconds: number;
}

export interface RawAnswer {
  readonly status: number;
  readonly statusLine: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Writes the pieces one after another on a connection of its own, and reads until the other side ends it.
 *
 * @param patience - Milliseconds after which an open connection is given up. Default 5,000.
 */
export async function converse(
  port: number,
  pieces: readonly Piece[],
  patience = 5_000,
): Promise<Conversation> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const startedAt = performance.now();
  let received = '';
  let ending: Conversation['ending'] = 'closed';
  const ended = new Promise<void>((resolve) => {
    const giveUp = setTimeout(() => {
      ending = 'open';
      socket.destroy();
    }, patience);
    socket.on('data', (bytes: Uint8Array) => {
      received += Buffer.from(bytes).toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A write after the server has closed in order fails with EPIPE; what was received is whole all the same.
      if (error.code === 'ECONNRESET') ending = 'reset';
    });
    socket.on('close', () => {
      clearTimeout(giveUp);
      resolve();
    });
  });
  await Promise.race([ended, writeAll(socket, pieces)]);
  await ended;
  return { received, ending, milliseconds: performance.now() - startedAt };
}

async function writeAll(socket: Socket, pieces: readonly Piece[]): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    if (typeof piece === 'number') await new Promise((resolve) => setTimeout(resolve, piece));
    else if (!socket.write(piece))
      await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
  }
}

const lastChunk = '0\r\n\r\n';

/** The answers in a stream of them; interim ones too. Throws on anything that is not a whole answer. */
export function parseAnswers(received: string, { toHead = false } = {}): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = received;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) throw new Error(`This is no whole answer: ${JSON.stringify(rest.slice(0, 200))}`);
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    if (!(status >= 100)) throw new Error(`This is no status line: ${JSON.stringify(statusLine)}`);
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const length = toHead ? 0 : Number(headers['content-length'] ?? 0);
    const body = rest.slice(end + 4, end + 4 + length);
    if (body.length < length) throw new Error(`The body has ${body.length} of ${length} bytes.`);
    answers.push({ status, statusLine, headers, body: Buffer.from(body, 'latin1').toString('utf8') });
    rest = rest.slice(end + 4 + length);
    // Only Node's own answers are chunked, and they are empty.
    if (headers['transfer-encoding'] === 'chunked' && rest.startsWith(lastChunk)) {
      rest = rest.slice(lastChunk.length);
    }
  }
  return answers;
}

/** The head of a request as it goes over the wire, with the empty line. */
export function toHead(
  request: TestRequest,
  { target = '/webhooks/fic', version = '1.1', drop = [], add = [] }: HeadOptions = {},
): string {
  const headers = request.headers.filter(([name]) => !drop.includes(name));
  const lines = [...headers, ...add].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${request.method} ${target} HTTP/${version}\r\nHost: localhost\r\n${lines.join('')}\r\n`;
}

/** How a head differs from the plain one. */
export interface HeadOptions {
  readonly target?: string;
  readonly version?: string;
  /** Lower-case names of headers to leave out. */
  readonly drop?: readonly string[];
  readonly add?: readonly (readonly [string, string])[];
}

/** The bytes of the body that belongs to a request. */
export async function bodyOf(request: TestRequest): Promise<Uint8Array> {
  const body = await request.body(Number.MAX_SAFE_INTEGER);
  if (!('bytes' in body)) throw new Error('The request has no bytes.');
  return body.bytes;
}

/** Bytes in the chunked coding of RFC 9112 section 7.1, with the last chunk. */
export function toChunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    const part = bytes.subarray(start, start + size);
    chunks.push(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]));
  }
  return [...chunks, Buffer.from('0\r\n\r\n')];
}
