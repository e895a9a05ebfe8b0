import { Buffer } from 'node:buffer';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { InvalidOptionError } from '@fic-webhooks/core';
import { SendError } from './send-error.js';
import type { TestResponse } from './test-request.js';

/** Names and values, as a record or, where a name is repeated, as pairs. */
export type NameValues = Readonly<Record<string, string>> | Iterable<readonly [string, string]>;

/** A request as `signNotification` and `challengeRequest` make it, or as the conformance suite does. */
export interface SendableRequest {
  /** Default `POST`. */
  method?: string;
  headers?: NameValues;
  /** Not encoded. Added to the query of the URL. */
  query?: NameValues;
  body?: string | Uint8Array | undefined;
}

/** Options of {@link sendOverHttp}. */
export interface SendOverHttpOptions {
  /** Milliseconds for a whole exchange. Default 10,000. */
  timeout?: number;
  /** The most bytes of an answer's body. Default 1 MiB. */
  maximumAnswer?: number;
}

/**
 * Makes a function that sends requests to one URL the way Fatture in Cloud does: a new connection for each, closed
 * after the answer; no redirect followed; limits on the time and on the size of the answer. `runConformance` takes it as `send`.
 *
 * @param url - HTTP or HTTPS.
 * @returns A function that rejects with a {@link SendError} when there is no answer.
 * @throws InvalidOptionError `option-invalid` when the URL is none.
 *
 * @example
 * ```ts
 * const send = sendOverHttp('http://localhost:3000/webhooks/fic');
 * const { status } = await send(signNotification({ name: 'entities.clients.create' }, { privateKey, sink }));
 * ```
 */
export function sendOverHttp(
  url: string | URL,
  { timeout = 10_000, maximumAnswer = 1024 * 1024 }: SendOverHttpOptions = {},
): (request: SendableRequest) => Promise<TestResponse> {
  const target = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol)) {
    throw new InvalidOptionError(
      'option-invalid',
      'url',
      `url is ${String(url)}. Give an absolute http or https URL.`,
    );
  }
  return (request) => exchange(target, request, { timeout, maximumAnswer });
}

function exchange(
  target: URL,
  request: SendableRequest,
  { timeout, maximumAnswer }: Required<SendOverHttpOptions>,
): Promise<TestResponse> {
  return new Promise((resolve, reject) => {
    let sent: ClientRequest;
    try {
      sent = open(target, request);
    } catch (error) {
      reject(
        new SendError('send-impossible', `The request cannot be written as HTTP: ${messageOf(error)}`, error),
      );
      return;
    }
    let answering = false;
    const timer = setTimeout(() => {
      reject(
        new SendError(
          'send-timeout',
          `There was no complete answer from ${target.origin} within ${timeout} ms.`,
        ),
      );
      sent.destroy();
    }, timeout);
    const fail = (error: unknown) => {
      clearTimeout(timer);
      reject(explain(target, error));
    };
    sent.on('response', (response) => {
      answering = true;
      readAnswer(response, maximumAnswer).then((answer) => {
        clearTimeout(timer);
        resolve(answer);
        sent.destroy();
      }, fail);
    });
    // An endpoint may answer and close before it has read the whole body: then writing fails, and the answer counts.
    sent.on('error', (error) => {
      if (!answering) fail(error);
    });
    sent.end(request.body);
  });
}

function open(
  target: URL,
  { method = 'POST', headers = {}, query = {}, body }: SendableRequest,
): ClientRequest {
  const url = new URL(target);
  for (const [name, value] of toPairs(query)) url.searchParams.append(name, value);
  const pairs = toPairs(headers);
  const has = (name: string) => pairs.some(([key]) => key.toLowerCase() === name);
  const raw = has('host') ? [] : ['Host', url.host];
  raw.push(...pairs.flat());
  if (!has('connection')) raw.push('Connection', 'close');
  if (body !== undefined && !has('content-length') && !has('transfer-encoding')) {
    raw.push('Content-Length', String(Buffer.byteLength(body)));
  }
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  // Headers as a flat list go out as they are, repeated ones too. With `agent: false` no connection is used twice.
  return start(url, { method, headers: raw, agent: false });
}

async function readAnswer(response: IncomingMessage, maximum: number): Promise<TestResponse> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length;
    if (length > maximum) {
      throw new SendError(
        'send-too-large',
        `The answer has more than ${maximum} bytes. No receiver says that much.`,
      );
    }
    chunks.push(chunk as Buffer);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') };
}

function explain(target: URL, error: unknown): SendError {
  if (error instanceof SendError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code)) {
    return new SendError(
      'send-refused',
      `Nobody answers at ${target.origin} (${code}). Is the app running there?`,
      error,
    );
  }
  return new SendError(
    'send-broken',
    `The connection to ${target.origin} broke before the answer was complete: ${messageOf(error)}.`,
    error,
  );
}

function toPairs(values: NameValues): (readonly [string, string])[] {
  return Symbol.iterator in values ? [...values] : Object.entries(values);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
