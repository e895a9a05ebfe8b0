import type { FicEvent } from '../events/fic-event.js';
import { isPlain } from '../receiver/after.js';
import type { FicContext } from './event-handler.js';
import type { Registration } from './handler-registry.js';

/** One run of the handlers of an event. */
export interface HandlersRun {
  readonly event: FicEvent;
  readonly registrations: readonly Registration[];
  readonly context: FicContext;
  /** Told of each failure, with the name of the handler. */
  onFailure(error: unknown, handler: string): void;
}

/**
 * Runs the handlers one after another, in the order registered, all of them even when one fails.
 *
 * @returns True when none failed; a promise only when there is something to wait for. Never rejects.
 */
export function runHandlers(run: HandlersRun, from = 0, succeeded = true): boolean | Promise<boolean> {
  const { event, registrations, context } = run;
  let all = succeeded;
  for (let index = from; index < registrations.length; index++) {
    const { handler, name } = registrations[index] as Registration;
    try {
      const result = handler(event, context);
      if (!isPlain(result)) return goOnAfter(result, run, index, all);
    } catch (error) {
      all = false;
      run.onFailure(error, name);
    }
  }
  return all;
}

function goOnAfter(result: unknown, run: HandlersRun, index: number, succeeded: boolean): Promise<boolean> {
  return Promise.resolve(result).then(
    () => runHandlers(run, index + 1, succeeded),
    (error: unknown) => {
      run.onFailure(error, (run.registrations[index] as Registration).name);
      return runHandlers(run, index + 1, false);
    },
  );
}
