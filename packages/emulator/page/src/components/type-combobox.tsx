import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { EventTypeView } from '../../../src/control/views.js';
import { findTypes } from '../model/find-types.js';
import { TypeName } from './type-name.js';

/** What a {@link TypeCombobox} needs. */
export interface TypeComboboxProps {
  readonly label: string;
  readonly types: readonly EventTypeView[];
  readonly value: string;
  /** Short names that are marked as subscribed. */
  readonly subscribed?: ReadonlySet<string>;
  onInput(text: string): void;
  /** A type was taken from the list. Default: it becomes the text. */
  onChoose?: (name: string) => void;
}

/**
 * A text field that offers the event types, and narrows them down while one types. The text need not be one of them.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function TypeCombobox({
  label,
  types,
  value,
  subscribed,
  onInput,
  onChoose = onInput,
}: TypeComboboxProps) {
  const id = useId();
  const isOpen = useSignal(false);
  const activeIndex = useSignal(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // A chosen name narrows nothing down: whoever opens the list again wants to see the others.
  const isChosen = types.some(({ name }) => name === value);
  const found = isChosen ? types : findTypes(types, value);
  const isShown = isOpen.value && found.length > 0;
  const active = isShown ? activeIndex.value : -1;
  const optionId = (index: number) => `${id}-option-${index}`;

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const open = () => {
    isOpen.value = true;
    activeIndex.value = isChosen ? types.findIndex(({ name }) => name === value) : -1;
  };
  const close = () => {
    isOpen.value = false;
    activeIndex.value = -1;
  };
  const choose = (name: string) => {
    onChoose(name);
    close();
    input.current?.focus();
  };
  const move = (step: 1 | -1) => {
    if (!isShown) {
      open();
      return;
    }
    const start = active === -1 && step === -1 ? 0 : active;
    activeIndex.value = (start + step + found.length) % found.length;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = found[active];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && chosen !== undefined) choose(chosen.name);
    else if (event.key === 'Escape' && isShown) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="combobox field">
      <label for={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="text"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-activedescendant={active >= 0 ? optionId(active) : undefined}
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => {
          onInput(event.currentTarget.value);
          isOpen.value = true;
          activeIndex.value = -1;
        }}
        onFocus={(event) => event.currentTarget.select()}
        onClick={open}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={`${label}: choices`}
        class="choices"
        hidden={!isShown}
        // The field keeps the focus, as the pattern wants it.
        onMouseDown={(event) => event.preventDefault()}
      >
        {isShown &&
          found.map(({ name, dead, note }, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys of its options.
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field.
            <div
              key={name}
              id={optionId(index)}
              role="option"
              aria-selected={index === active}
              class="choice"
              onClick={() => choose(name)}
            >
              <span class="choice-name">
                <TypeName name={name} />
                {dead && <span class="chip">never sent</span>}
                {subscribed?.has(name) && <span class="chip">subscribed</span>}
              </span>
              {note !== undefined && <span class="choice-note">{note}</span>}
            </div>
          ))}
      </div>
    </div>
  );
}
