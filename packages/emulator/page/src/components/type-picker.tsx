import type { EventTypeView } from '../../../src/control/views.js';
import { Icon } from './icon.js';
import { TypeCombobox } from './type-combobox.js';

/** What a {@link TypePicker} needs. */
export interface TypePickerProps {
  readonly known: readonly EventTypeView[];
  readonly chosen: readonly string[];
  /** What stands in the field, and is not added yet. */
  readonly written: string;
  onChoose(types: readonly string[]): void;
  onWrite(text: string): void;
}

/** Collects types, one after another or all at once. */
export function TypePicker({ known, chosen, written, onChoose, onWrite }: TypePickerProps) {
  const add = (type: string) => {
    const name = type.trim();
    if (name !== '' && !chosen.includes(name)) onChoose([...chosen, name]);
    onWrite('');
  };
  return (
    <div class="type-picker">
      <div class="field-and-button">
        <TypeCombobox
          label="Types"
          types={known.filter(({ name }) => !chosen.includes(name))}
          value={written}
          onInput={onWrite}
          onChoose={add}
        />
        <button type="button" class="button" onClick={() => add(written)}>
          Add type
        </button>
      </div>
      {chosen.length > 0 && (
        <ul class="chips" aria-label="Chosen types">
          {chosen.map((name) => (
            <li key={name} class="chip removable">
              {name}
              <button
                type="button"
                aria-label={`Remove ${name}`}
                onClick={() => onChoose(chosen.filter((other) => other !== name))}
              >
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="actions">
        <button
          type="button"
          class="link"
          onClick={() => onChoose(known.filter(({ dead }) => !dead).map(({ name }) => name))}
        >
          Every type
        </button>
        {chosen.length > 0 && (
          <button type="button" class="link" onClick={() => onChoose([])}>
            None
          </button>
        )}
      </p>
    </div>
  );
}
