import type { ServerResponse } from 'node:http';
import { createEventBuffer, createSession, type Session } from 'better-sse';
import type { FastifyInstance } from 'fastify';
import type { Service } from '../service.js';
import { buildMessages, type CurrentState } from './build-messages.js';
import { ChangeCollector } from './change-collector.js';
import { ControlError } from './control-error.js';

/** Milliseconds for which changes are gathered into one message of each kind. */
const pause = 150;

/** Milliseconds between comments that keep proxies from closing a silent stream. */
const keepAlive = 15_000;

/** Milliseconds after which a browser connects again. */
const retry = 1_000;

/** Bytes that may wait for a listener: one that does not read them is cut off. */
const maximumWaiting = 4 * 1024 * 1024;

/** Listeners at the same time. */
const maximumListeners = 100;

/** The live stream of changes, as server-sent events. */
export function addEventsStream(
  server: FastifyInstance,
  service: Pick<Service, 'changes'>,
  now: CurrentState,
): void {
  const stream = new EventsStream(service, now);
  server.addHook('preClose', async () => stream.close());
  server.get('/events-stream', { exposeHeadRoute: false }, async (request, reply) => {
    stream.throwIfFull();
    const headers = readHeaders(reply.getHeaders());
    const session = await createSession(request.raw, reply.raw, { headers, retry, keepAlive: null });
    // The answer has begun, and is ours: Fastify writes nothing to it.
    reply.hijack();
    stream.add(session, reply.raw);
  });
}

/** Tells all listeners what changes. Does nothing at all while there are none. */
class EventsStream {
  readonly #now: CurrentState;
  readonly #collector: ChangeCollector;
  readonly #listeners = new Map<Session, ServerResponse>();
  #flushTimer: NodeJS.Timeout | undefined;
  #keepAliveTimer: NodeJS.Timeout | undefined;

  constructor({ changes }: Pick<Service, 'changes'>, now: CurrentState) {
    this.#now = now;
    this.#collector = new ChangeCollector(changes, () => {
      this.#flushTimer ??= setTimeout(() => this.#flush(), pause);
    });
  }

  throwIfFull(): void {
    if (this.#listeners.size < maximumListeners) return;
    throw new ControlError({
      status: 503,
      code: 'too-many-listeners',
      message: `${maximumListeners} listen to the stream already. Close some inspector pages.`,
    });
  }

  add(session: Session, response: ServerResponse): void {
    // It may have gone while the session was being made.
    if (response.destroyed || response.closed) return;
    if (this.#listeners.size === 0) this.#begin();
    this.#listeners.set(session, response);
    response.once('close', () => {
      this.#listeners.delete(session);
      if (this.#listeners.size === 0) this.#rest();
    });
  }

  /** Ends every stream. */
  close(): void {
    for (const response of this.#listeners.values()) response.end();
  }

  #begin(): void {
    this.#collector.start();
    const comment = createEventBuffer().comment('still here').dispatch();
    this.#keepAliveTimer = setInterval(() => this.#tell((session) => void session.batch(comment)), keepAlive);
  }

  #rest(): void {
    this.#collector.stop();
    clearInterval(this.#keepAliveTimer);
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
  }

  #flush(): void {
    this.#flushTimer = undefined;
    const messages = buildMessages(this.#collector.take(), this.#now);
    this.#tell((session) => {
      for (const { name, data } of messages) session.push(data, name);
    });
  }

  /** Cuts off those who do not read, and writes to the others. */
  #tell(write: (session: Session) => void): void {
    for (const [session, response] of this.#listeners) {
      if (response.writableLength > maximumWaiting) response.destroy();
      else if (session.isConnected && !response.writableEnded) write(session);
    }
  }
}

function readHeaders(headers: Readonly<Record<string, number | string | string[] | undefined>>) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
