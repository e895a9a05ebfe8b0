import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../receiver/logger.js';
import type { ReceiverResponse } from '../receiver/receiver-response.js';

/** An unread body is discarded up to this many bytes, and the connection is kept for at most … */
const discardBytes = 64 * 1024;
/** … so many milliseconds, so that the sender sees the answer before the connection ends. */
const discardTime = 250;
/** The error code NO_ERROR of HTTP/2, RFC 9113 section 7. */
const noError = 0;

/** What the HTTP/2 compatibility API of Node.js has on its responses, and HTTP/1 has not. */
interface Http2Stream {
  readonly endAfterHeaders: boolean;
  close(code: number): void;
}

/**
 * Writes a finished answer.
 *
 * When it ends the connection, what is left of the request's body is discarded within limits first: closing a socket
 * with unread bytes in it makes the kernel send a reset, on which many clients lose the answer.
 *
 * Never throws: a middleware may have put methods of its own into the response, and without an answer the event comes again.
 */
export function writeNodeResponse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: ReceiverResponse,
  logger: Pick<Logger, 'error'> = console,
): void {
  if (response.headersSent || response.destroyed || isCut(request)) return;
  try {
    write(request, response, answer);
  } catch (error) {
    logger.error(`[fic-webhooks] An answer could not be written: ${String(error)}`);
    response.destroy();
  }
}

function write(request: IncomingMessage, response: ServerResponse, answer: ReceiverResponse): void {
  const { status, body } = answer;
  const isHttp1 = request.httpVersionMajor < 2;
  const connection = answer.headers['connection'];
  response.statusCode = status;
  for (const name in answer.headers) {
    // Connection is no header of HTTP/2 (RFC 9113 section 8.2.2).
    if (isHttp1 || name !== 'connection') response.setHeader(name, answer.headers[name] ?? '');
  }
  // A 204 has no length (RFC 9110 section 8.6).
  if (status !== 204) response.setHeader('content-length', Buffer.byteLength(body));
  if (!isHttp1) {
    endHttp2(request, response, body);
    return;
  }
  if (connection !== 'close' || request.readableEnded || request.destroyed) {
    response.end(body);
    return;
  }
  // With its length known and all of it written, the answer is complete for the sender before end() is called.
  if (body === '' || request.method === 'HEAD') response.flushHeaders();
  else response.write(body);
  discardRest(request, () => response.end());
}

/**
 * True when an answer before this one has ended the connection: of requests that a sender puts one behind the other without
 * waiting, Node.js may hand out another one after that. Nobody can read its answer, and giving one fails an assertion inside
 * of Node.js, which ends the process: https://github.com/nodejs/node/blob/v20.20.2/lib/_http_server.js (resOnFinish).
 */
function isCut({ socket }: IncomingMessage): boolean {
  return socket?.writableEnded === true;
}

/** HTTP/2 can tell the sender to stop, with the answer complete and the other streams untouched: RFC 9113 section 8.1. */
function endHttp2(request: IncomingMessage, response: ServerResponse, body: string): void {
  const { stream } = response as ServerResponse & { readonly stream?: Http2Stream };
  const isRead = request.readableEnded || stream === undefined || stream.endAfterHeaders;
  response.end(body, () => {
    if (!isRead) stream.close(noError);
  });
}

function discardRest(request: IncomingMessage, done: () => void): void {
  let left = discardBytes;
  const finish = () => {
    clearTimeout(timer);
    request.off('data', onData).off('end', finish).off('close', finish).off('error', finish);
    done();
  };
  const onData = (chunk: Uint8Array | string) => {
    left -= chunk.length;
    if (left > 0) return;
    // A sender that is blocked by now looks at the answer, and ends the connection itself.
    request.pause();
    request.off('data', onData);
  };
  const timer = setTimeout(finish, discardTime);
  request.on('data', onData).on('end', finish).on('close', finish).on('error', finish);
  request.resume();
}
