import type { FaultChange, FaultSettings, QuotaWindow } from '../../../src/model/fault-settings.js';

/** What {@link FaultDetails} needs. */
export interface FaultDetailsProps {
  readonly settings: FaultSettings;
  onChange(request: FaultChange): void;
}

const quotaWindows: Readonly<Record<QuotaWindow, string>> = {
  '5-minutes': '300 calls in 5 minutes (429)',
  hour: '1,000 calls in an hour (403)',
  month: '40,000 calls in a month (403)',
};

/** What the faults do exactly. */
export function FaultDetails({ settings, onChange }: FaultDetailsProps) {
  return (
    <div class="fault-area">
      <h3>Details</h3>
      <div class="fault-details">
        <label class="field">
          Seed of the dice
          <input
            type="number"
            step={1}
            value={settings.seed}
            onChange={(event) => onChange({ seed: event.currentTarget.valueAsNumber })}
          />
          <small>Setting it makes the dice begin anew: the same calls after that have the same faults.</small>
        </label>
        <label class="field">
          Delay holds back for, and reorder at most, in milliseconds
          <input
            type="number"
            min={0}
            step={100}
            value={settings.delayBy}
            onChange={(event) => onChange({ delayBy: event.currentTarget.valueAsNumber })}
          />
        </label>
        <label class="field">
          Quota that is used up
          <select
            value={settings.quotaWindow}
            onChange={(event) => onChange({ quotaWindow: event.currentTarget.value as QuotaWindow })}
          >
            {Object.entries(quotaWindows).map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}
