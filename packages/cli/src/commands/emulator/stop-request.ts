import { exitCodes } from '../../exit-codes.js';

/** The wish to stop. */
export interface StopRequest {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly requested: Promise<void>;
}

/** Listens for SIGINT and SIGTERM. The second one ends the process at once. */
export function awaitStopRequest(): StopRequest {
  const controller = new AbortController();
  const requested = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.failed);
      controller.abort();
    });
  }
  return { signal: controller.signal, requested };
}
