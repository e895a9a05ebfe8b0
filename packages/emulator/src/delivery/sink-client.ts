import { type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attempt, RecordedResponse } from '../model/attempt.js';
import type { FaultName } from '../model/fault-settings.js';
import type { SinkRules } from '../service.js';
import type { SignedRequest } from './build-request.js';
import { connectToSink } from './connect-to-sink.js';
import { explainFailure, SinkFailure } from './explain-failure.js';
import { lookupLoopback, refuseRemoteAddress } from './loopback-only.js';
import { recordBody } from './record-body.js';

/** What one request came to. */
export type SinkAnswer = Pick<Attempt, 'duration' | 'response' | 'failure'>;

/** How to send one request. */
export interface SendOptions {
  /** Milliseconds for all of it, from the look-up of the name to the last byte of the answer. */
  readonly timeout: number;
  readonly faults: readonly FaultName[];
}

/** Reading stops here: a sink that answers with more is cut off, and judged by its status. */
const maximumAnswer = 1024 * 1024;

/** Milliseconds that half a request has to reach the sink before the fault `cut-request` breaks the connection. */
const cutAfter = 20;

/**
 * Sends requests to sinks, whatever they do. Each has a connection of its own, as the service has it, and leaves nothing
 * behind: whatever is still open at its end is broken off.
 */
export class SinkClient {
  readonly #allowRemote: boolean;
  readonly #open = new Set<ClientRequest>();

  constructor({ allowRemote }: SinkRules) {
    this.#allowRemote = allowRemote;
  }

  /** Sends a request. Never rejects: what goes wrong is part of the answer. */
  async send(signed: SignedRequest, options: SendOptions): Promise<SinkAnswer> {
    const started = performance.now();
    const end = (rest: Pick<SinkAnswer, 'response' | 'failure'>): SinkAnswer => ({
      duration: Math.round((performance.now() - started) * 100) / 100,
      ...rest,
    });
    try {
      return end({ response: await this.#exchange(signed, options), failure: null });
    } catch (error) {
      return end({ response: null, failure: explainFailure(error) });
    }
  }

  /** Breaks every connection that is open now. */
  breakOff(): void {
    for (const request of this.#open) request.destroy();
  }

  async #exchange(signed: SignedRequest, { timeout, faults }: SendOptions): Promise<RecordedResponse> {
    const request = this.#begin(signed);
    let answer: IncomingMessage | undefined;
    let overdue: NodeJS.Timeout | undefined;
    const failed = new Promise<never>((_, reject) => {
      // What follows a complete answer is not read.
      request.on('error', (error) => answer?.complete || reject(error));
      request.on('upgrade', ({ statusCode }, socket) => {
        socket.destroy();
        reject(
          new SinkFailure('invalid-http', `The sink answered ${statusCode}, and no upgrade was asked for.`),
        );
      });
      overdue = setTimeout(
        () => reject(new SinkFailure('timeout', `The sink did not answer within ${timeout} ms.`)),
        timeout,
      );
    });
    const answered = new Promise<IncomingMessage>((resolve) => {
      request.on('response', (response) => {
        answer = response;
        resolve(response);
      });
    });
    this.#open.add(request);
    try {
      if (faults.includes('cut-request')) {
        return await Promise.race([failed, sendHalf(request, signed.body)]);
      }
      request.end(signed.body);
      return await Promise.race([failed, answered.then((response) => readAnswer(response, faults))]);
    } finally {
      clearTimeout(overdue);
      this.#open.delete(request);
      request.destroy();
      // A request that is over no longer closes its connection at once, if the sink has not read all of it.
      request.socket?.destroy();
    }
  }

  #begin({ method, url, headers }: SignedRequest): ClientRequest {
    const target = new URL(url);
    if (!this.#allowRemote) refuseRemoteAddress(target);
    return startRequest({
      method,
      path: `${target.pathname}${target.search}`,
      headers,
      // In place of an agent: every request has a connection of its own.
      createConnection: () => connectToSink(target, this.#allowRemote ? undefined : lookupLoopback),
    });
  }
}

async function readAnswer(answer: IncomingMessage, faults: readonly FaultName[]): Promise<RecordedResponse> {
  if (faults.includes('lose-answer')) {
    throw new SinkFailure(
      'connection-dropped',
      'The sink answered, but the connection was dropped before the answer arrived (a fault).',
    );
  }
  const body = await recordBody(answer, maximumAnswer);
  return { status: answer.statusCode ?? 0, headers: pairs(answer.rawHeaders), ...body };
}

/** Sends the first half of the body, gives it time to arrive, and breaks. */
async function sendHalf(request: ClientRequest, body: string): Promise<never> {
  const bytes = Buffer.from(body);
  request.flushHeaders();
  request.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
  await delay(cutAfter);
  throw new SinkFailure(
    'connection-dropped',
    'The connection was dropped in the middle of the request (a fault).',
  );
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
}
