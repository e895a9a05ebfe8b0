import type { FicEvent } from '../events/fic-event.js';
import type { Registration } from '../handlers/handler-registry.js';
import { messageOf } from '../receiver/reporter.js';
import type { WorkerContext } from './worker-context.js';

/** How the run of one handler ended. */
export type HandlerResult =
  | { readonly succeeded: true }
  | { readonly succeeded: false; readonly error: unknown };

/** One run of one handler. */
export interface HandlerRun {
  readonly event: FicEvent;
  readonly registration: Registration;
  readonly context: WorkerContext;
  /** Milliseconds. */
  readonly maxRuntime: number;
  /** Aborts when the claim on the event is lost. */
  readonly signal: AbortSignal;
}

/**
 * Runs a handler for as long as it may run. One that goes on after that counts as failed, and how it ends is not looked
 * at any more: a handler that hangs must not take a place of the worker for good. Never rejects.
 */
export function runHandler({
  event,
  registration,
  context,
  maxRuntime,
  signal,
}: HandlerRun): Promise<HandlerResult> {
  return new Promise((resolve) => {
    const lose = () => context.abort(new Error('The claim on the event was lost.'));
    const end = (result: HandlerResult) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', lose);
      resolve(result);
    };
    const timer = setTimeout(() => {
      const error = new Error(
        `The handler '${registration.name}' ran for more than ${maxRuntime} ms (handlerMaxRuntime).`,
      );
      context.abort(error);
      end({ succeeded: false, error });
    }, maxRuntime);
    if (signal.aborted) lose();
    else signal.addEventListener('abort', lose);
    call(registration, event, context).then(
      () => end({ succeeded: true }),
      (error: unknown) => end({ succeeded: false, error }),
    );
  });
}

/** Also for a handler that throws in place of rejecting. */
async function call({ handler }: Registration, event: FicEvent, context: WorkerContext): Promise<void> {
  await handler(event, context);
}

/** In one line what a handler failed of, for the dead letter. */
export function describeFailure(handler: string, error: unknown): string {
  return `${handler}: ${messageOf(error)}`;
}
