import { useRef } from 'preact/hooks';
import { resetEmulator } from '../api/actions.js';
import { useAction } from '../model/use-action.js';
import { ErrorText } from './error-text.js';
import { Icon } from './icon.js';

/** Forgets everything, after asking. */
export function ResetButton() {
  const dialog = useRef<HTMLDialogElement>(null);
  const action = useAction();
  const reset = () =>
    action.run(async () => {
      await resetEmulator();
      dialog.current?.close();
    });

  return (
    <>
      <p class="actions">
        <button type="button" class="button danger" onClick={() => dialog.current?.showModal()}>
          <Icon name="trash" />
          Reset the emulator…
        </button>
      </p>
      <dialog ref={dialog} aria-labelledby="reset-question">
        <h3 id="reset-question">Forget everything?</h3>
        <p>Subscriptions, deliveries, quotas and faults will be gone. This cannot be undone.</p>
        <ErrorText message={action.error} />
        <p class="actions">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Keep everything
          </button>
          <button
            type="button"
            class="button danger"
            disabled={action.isRunning}
            onClick={() => void reset()}
          >
            Reset
          </button>
        </p>
      </dialog>
    </>
  );
}
