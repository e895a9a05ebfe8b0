import { useSignal } from '@preact/signals';
import { describeError } from '../api/control-error.js';

/** Runs what a button does, and keeps what went wrong so that it can be shown beside it. */
export interface Action {
  readonly isRunning: boolean;
  readonly error: string | undefined;
  run(work: () => Promise<void>): Promise<void>;
}

/** One action at a time: a second click while the first is under way does nothing. */
export function useAction(): Action {
  const isRunning = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  return {
    isRunning: isRunning.value,
    error: error.value,
    run: async (work) => {
      if (isRunning.peek()) return;
      isRunning.value = true;
      error.value = undefined;
      try {
        await work();
      } catch (thrown) {
        error.value = describeError(thrown);
      } finally {
        isRunning.value = false;
      }
    },
  };
}
