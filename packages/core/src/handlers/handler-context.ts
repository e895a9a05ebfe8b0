import type { Logger } from '../receiver/logger.js';
import type { FicContext } from './event-handler.js';

/** The context of one run of an event's handlers, and what they asked for through it. */
export class HandlerContext implements FicContext {
  readonly attempt: number = 1;
  readonly logger: Logger;
  readonly receivedAt: number;
  /** Milliseconds, when a handler asked for a later retry. */
  requestedDelay: number | undefined = undefined;
  #controller: AbortController | undefined;
  /** A member of its own, so that a handler may take it out of the context, or copy the context with `...`. */
  readonly retryAfter = (milliseconds: number): void => {
    this.requestedDelay = Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : 0;
  };

  constructor(logger: Logger, receivedAt: number) {
    this.logger = logger;
    this.receivedAt = receivedAt;
  }

  /** Made when first looked at: most handlers never do, and it costs more than the rest of the context. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Tells the handlers to stop. */
  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
