import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';

/** What a {@link FaultSwitch} needs. */
export interface FaultSwitchProps {
  readonly label: string;
  readonly explanation: string;
  /** From 0 to 1. */
  readonly probability: number;
  onChange(probability: number): void;
}

/** How often one fault happens, in percent: by slider or by number. */
export function FaultSwitch({ label, explanation, probability, onChange }: FaultSwitchProps) {
  const explanationId = useId();
  /** While the slider is on its way, the emulator is not asked. */
  const dragged = useSignal<number | undefined>(undefined);
  const percent = dragged.value ?? Math.round(probability * 1_000) / 10;
  const finish = (text: string) => {
    dragged.value = undefined;
    const wanted = Number(text);
    if (text.trim() !== '' && Number.isFinite(wanted)) onChange(wanted / 100);
  };
  return (
    <fieldset class="fault" data-on={probability > 0}>
      <legend>{label}</legend>
      <p id={explanationId}>{explanation}</p>
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        aria-label={`${label}, slider`}
        aria-describedby={explanationId}
        aria-valuetext={`${percent} percent`}
        value={percent}
        onInput={(event) => {
          dragged.value = Number(event.currentTarget.value);
        }}
        onChange={(event) => finish(event.currentTarget.value)}
      />
      <label class="percent">
        <input
          type="number"
          min={0}
          max={100}
          step="any"
          aria-label={`${label}, percent`}
          value={percent}
          onChange={(event) => finish(event.currentTarget.value)}
        />
        <span aria-hidden="true">%</span>
      </label>
    </fieldset>
  );
}
