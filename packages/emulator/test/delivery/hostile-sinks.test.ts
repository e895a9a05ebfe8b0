import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Attempt, AttemptFailureCode } from '../../src/model/attempt.js';
import { startEngine } from '../support/start-engine.js';
import { startRawSink } from '../support/start-sink.js';

const answerTimeout = 400;
/** What an attempt may take on a machine that is busy with other things. */
const longest = 5_000;

/** Waits for the first bytes of the request, and goes on reading. */
function afterRequest(talk: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', () => talk(socket)).on('data', () => {});
  };
}

/** Writes the same again and again, as fast as it is read or every few milliseconds. */
function writeForEver(socket: Socket, piece: string | Buffer, every?: number): void {
  if (every !== undefined) {
    const timer = setInterval(() => socket.write(piece), every);
    socket.on('close', () => clearInterval(timer));
    return;
  }
  const write = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', write);
  write();
}

interface HostileSink {
  name: string;
  talk: (socket: Socket) => void;
  /** The status when the answer counts, else the failure. */
  expected: number | AttemptFailureCode;
  inspect?: (attempt: Attempt) => void;
}

const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));

const sinks: HostileSink[] = [
  {
    name: 'an endless body, fast',
    talk: afterRequest((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      writeForEver(socket, Buffer.alloc(64 * 1024, 'x'));
    }),
    expected: 200,
    inspect: ({ response }) => {
      expect(response?.truncated).toBe(true);
      expect(response?.body).toHaveLength(64 * 1024);
      expect(response?.bodyBytes).toBeLessThan(2 * 1024 * 1024);
    },
  },
  {
    name: 'an endless body, slow',
    talk: afterRequest((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
      writeForEver(socket, 'x', 10);
    }),
    expected: 'timeout',
  },
  {
    name: 'endless chunks',
    talk: afterRequest((socket) => {
      socket.write('HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n');
      writeForEver(socket, `64\r\n${'x'.repeat(100)}\r\n`.repeat(100));
    }),
    expected: 500,
  },
  {
    name: 'headers byte by byte',
    talk: afterRequest((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      writeForEver(socket, 'x', 10);
    }),
    expected: 'timeout',
  },
  {
    name: 'endless headers, fast',
    talk: afterRequest((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      writeForEver(socket, `X-Much: ${'x'.repeat(1000)}\r\n`);
    }),
    expected: 'invalid-http',
  },
  {
    name: 'one huge header',
    talk: afterRequest((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nX-Huge: ${'x'.repeat(1_000_000)}\r\n\r\n`),
    ),
    expected: 'invalid-http',
  },
  {
    name: 'interim answers for ever',
    talk: afterRequest((socket) => writeForEver(socket, 'HTTP/1.1 102 Processing\r\n\r\n', 1)),
    expected: 'timeout',
  },
  {
    name: 'no HTTP at all',
    talk: afterRequest((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')),
    expected: 'invalid-http',
  },
  {
    name: 'a status that is none',
    talk: afterRequest((socket) => socket.write('HTTP/1.1 2000 OK\r\n\r\n')),
    expected: 'invalid-http',
  },
  {
    name: 'a chunk length that is none',
    talk: afterRequest((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
    ),
    expected: 'invalid-http',
  },
  {
    name: 'a length and chunks',
    talk: afterRequest((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    ),
    expected: 'invalid-http',
  },
  {
    name: 'a length that is negative',
    talk: afterRequest((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n')),
    expected: 'invalid-http',
  },
  { name: 'no answer at all', talk: (socket) => socket.resume(), expected: 'timeout' },
  { name: 'nothing read either', talk: (socket) => socket.pause(), expected: 'timeout' },
  { name: 'an immediate reset', talk: (socket) => socket.resetAndDestroy(), expected: 'reset' },
  {
    name: 'a reset after the request',
    talk: afterRequest((socket) => socket.resetAndDestroy()),
    expected: 'reset',
  },
  { name: 'an end without an answer', talk: afterRequest((socket) => socket.end()), expected: 'reset' },
  {
    name: 'half the headers, then the end',
    talk: afterRequest((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')),
    expected: 'reset',
  },
  {
    name: 'half the answer, then a reset',
    talk: afterRequest((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      );
    }),
    expected: 'reset',
  },
  {
    name: 'less than the length said',
    talk: afterRequest((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
    expected: 'reset',
  },
  {
    name: 'chunks that break off',
    talk: afterRequest((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal'),
    ),
    expected: 'reset',
  },
  {
    name: 'more than the length said',
    talk: afterRequest((socket) =>
      socket.write('HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\nok and HTTP/1.1 500 rubbish\r\n\r\n'),
    ),
    expected: 202,
    inspect: ({ response }) => expect(response?.body).toBe('ok'),
  },
  {
    name: 'a second answer',
    talk: afterRequest((socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n',
      ),
    ),
    expected: 200,
  },
  {
    name: 'an answer before the request',
    talk: (socket) => socket.on('data', () => {}).write('HTTP/1.1 201 Early\r\nContent-Length: 0\r\n\r\n'),
    expected: 201,
  },
  {
    name: 'an answer, and a connection that stays',
    talk: afterRequest((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n'),
    ),
    expected: 200,
  },
  {
    name: 'a gzip bomb',
    talk: afterRequest((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    }),
    expected: 200,
    inspect: ({ response }) => {
      expect(response?.bodyBytes).toBe(bomb.length);
      expect(response?.body.length).toBeLessThanOrEqual(64 * 1024);
    },
  },
  {
    name: 'bytes that are no text',
    talk: afterRequest((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-Odd: \xff\x80\r\nContent-Length: 4\r\n\r\n', 'latin1');
      socket.write(Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    }),
    expected: 200,
    inspect: ({ response }) => expect(response).toMatchObject({ bodyBytes: 4, truncated: false }),
  },
];

test.each(sinks)('$name: cut off and recorded', async ({ talk, expected, inspect }) => {
  const { url, open, connections } = await startRawSink(talk);
  const { engine, subscribe, emit, delivery, attempts } = startEngine({ behaviour: { answerTimeout } });
  subscribe(url);
  // A large request too: a sink may answer, or break, before it is sent.
  const sent = [emit(), emit({ ids: Array.from({ length: 10_000 }, () => 'x'.repeat(200)) })];
  await engine.settled();
  for (const { id } of sent) {
    expect(delivery(id).state).not.toBe('sending');
    expect(attempts(id)).toHaveLength(1);
    expect(attempts(id)[0]?.duration).toBeLessThan(longest);
  }
  const [first] = attempts(1);
  expect(first?.response?.status ?? first?.failure?.code).toBe(expected);
  if (first !== undefined) inspect?.(first);
  // One connection each: nothing was tried again behind our back. And none is left that the sink can see.
  expect(connections()).toBe(2);
  await expect.poll(() => [...open].filter((socket) => !socket.isPaused()).length).toBe(0);
});

test('memory stays flat under a flood from a sink', async () => {
  const { url } = await startRawSink(
    afterRequest((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      writeForEver(socket, Buffer.alloc(64 * 1024, 'x'));
    }),
  );
  const { engine, subscribe, emit } = startEngine({ keepDeliveries: 10 });
  subscribe(url);
  const flood = async (count: number) => {
    for (let sent = 0; sent < count; sent++) emit();
    await engine.settled();
    return process.memoryUsage().rss;
  };
  const before = await flood(100);
  const after = await flood(400);
  // 400 answers of a mebibyte and more each were read.
  expect(after - before).toBeLessThan(150 * 1024 * 1024);
});
