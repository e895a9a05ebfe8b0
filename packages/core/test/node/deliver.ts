import { converse, type Piece, parseAnswers, type RawAnswer, toChunks } from './raw-http.js';

/** A request with a body, as `signNotification` makes it. */
interface Delivered {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Long enough for what was written before it to arrive on its own. */
const pause = 20;

/** The ways in which a body can come behind its headers, by name. */
const framings = {
  'with the headers': (bytes: Uint8Array): Piece[] => [bytes],
  'after the headers': (bytes: Uint8Array): Piece[] => [pause, bytes],
  'in several packets': (bytes: Uint8Array): Piece[] => [
    bytes.subarray(0, 5),
    pause,
    bytes.subarray(5, 9),
    pause,
    bytes.subarray(9),
  ],
  'in chunks with the headers': (bytes: Uint8Array): Piece[] => toHalves(bytes),
  'in chunks that come alone': (bytes: Uint8Array): Piece[] =>
    toHalves(bytes).flatMap((chunk) => [pause, chunk]),
};

function toHalves(bytes: Uint8Array): Uint8Array[] {
  return toChunks(bytes, Math.ceil(bytes.length / 2));
}

export type Delivery = keyof typeof framings;

/** All ways: what a server does with a body depends on how much of it is there when it looks. */
export const deliveries = Object.keys(framings) as Delivery[];

/** Sends one POST with its body in the given way, and gives the answer. Rejects when there is none in time. */
export async function deliver(url: string, request: Delivered, delivery: Delivery): Promise<RawAnswer> {
  const { host, port, pathname, search } = new URL(url);
  const bytes = Buffer.from(request.body);
  const framing = delivery.startsWith('in chunks')
    ? 'Transfer-Encoding: chunked'
    : `Content-Length: ${bytes.length}`;
  const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const head = [
    `POST ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    framing,
    ...lines,
  ];
  const pieces: Piece[] = [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), ...framings[delivery](bytes)];
  const { received } = await converse(Number(port), joinUnpaused(pieces));
  const [answer] = parseAnswers(received);
  if (answer === undefined) throw new Error('The server did not answer.');
  return answer;
}

/** Puts what has no pause in between into one write, which on loopback is one packet. */
function joinUnpaused(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === 'number' || last === undefined || typeof last === 'number') joined.push(piece);
    else joined[joined.length - 1] = Buffer.concat([Buffer.from(last), Buffer.from(piece)]);
  }
  return joined;
}
