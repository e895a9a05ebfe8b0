import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { describeError } from '../api/control-error.js';
import { Icon } from './icon.js';

/** What a {@link CopyButton} copies. */
export interface CopyButtonProps {
  readonly label: string;
  readonly read: () => string | Promise<string>;
}

/** Milliseconds that a button says that it has copied. */
const thanks = 2_000;

/** Copies a text. Where the browser forbids it, such as on plain HTTP, it shows the text to be copied by hand. */
export function CopyButton({ label, read }: CopyButtonProps) {
  const isCopied = useSignal(false);
  const byHand = useSignal('');
  const dialog = useRef<HTMLDialogElement>(null);

  const copy = async () => {
    let text: string;
    try {
      text = await read();
    } catch (error) {
      byHand.value = describeError(error);
      dialog.current?.showModal();
      return;
    }
    try {
      await navigator.clipboard.writeText(text);
      isCopied.value = true;
      setTimeout(() => {
        isCopied.value = false;
      }, thanks);
    } catch {
      byHand.value = text;
      dialog.current?.showModal();
    }
  };

  return (
    <>
      <button type="button" class="button" onClick={() => void copy()}>
        <Icon name={isCopied.value ? 'check' : 'copy'} />
        <span aria-live="polite">{isCopied.value ? 'Copied' : label}</span>
      </button>
      <dialog ref={dialog} aria-label={label}>
        <p>The browser did not let the page copy this text. Copy it from here:</p>
        <textarea class="by-hand" readOnly rows={8} aria-label="Text to copy" value={byHand.value} />
        <form method="dialog" class="actions">
          <button type="submit" class="button">
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}
