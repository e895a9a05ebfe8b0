import type { FaultName } from '../../../src/model/fault-settings.js';
import { faultList } from '../text/fault-texts.js';

const deliveryFaults = faultList.filter(({ area }) => area === 'delivery');

/** What a {@link FaultPicker} needs. */
export interface FaultPickerProps {
  readonly chosen: readonly FaultName[];
  onChange(faults: readonly FaultName[]): void;
}

/** Chooses the faults that happen to one event. */
export function FaultPicker({ chosen, onChange }: FaultPickerProps) {
  return (
    <details class="fault-picker">
      <summary>Faults for this event{chosen.length > 0 && `: ${chosen.length}`}</summary>
      <fieldset>
        <legend class="visually-hidden">Faults that happen to it</legend>
        {deliveryFaults.map(({ name, label, explanation }) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked ? [...chosen, name] : chosen.filter((other) => other !== name),
                )
              }
            />
            <span>
              {label} <small>{explanation}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </details>
  );
}
