import { useSignal } from '@preact/signals';

/** Characters shown of a long value before it is opened. */
const shownAtFirst = 120;

/** A value in a table, which is cut until asked for when it is long. */
export function LongText({ text }: { text: string }) {
  const isOpen = useSignal(false);
  if (text.length <= shownAtFirst) return <span class="value">{text}</span>;
  return (
    <span class="value">
      {isOpen.value ? text : `${text.slice(0, shownAtFirst)}…`}{' '}
      <button
        type="button"
        class="link"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {isOpen.value ? 'less' : `all ${text.length} characters`}
      </button>
    </span>
  );
}
