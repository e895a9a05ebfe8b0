import { useSignal } from '@preact/signals';
import { advanceClock } from '../api/actions.js';
import { clockMode, now, showClock } from '../model/clock.js';
import { useAction } from '../model/use-action.js';
import { formatInstant } from '../text/format-time.js';
import { ErrorText } from './error-text.js';
import { Icon } from './icon.js';

const steps = [
  { by: '10m', label: '+10 min' },
  { by: '1h', label: '+1 h' },
  { by: '10d', label: '+10 d' },
] as const;

const modeTexts = { real: 'real time', manual: 'manual: stands still' } as const;

/** Shows the emulator's time, and moves it. */
export function ClockControl() {
  const action = useAction();
  const by = useSignal('');
  const mode = clockMode.value && modeTexts[clockMode.value];
  const advance = (span: string) => action.run(async () => showClock(await advanceClock({ by: span })));

  return (
    <section class="clock" aria-label="Clock">
      <p class="clock-time">
        <Icon name="clock" />
        <time>{now.value === undefined ? 'not known yet' : formatInstant(now.value)}</time>
        {mode && <span class="chip">{mode}</span>}
      </p>
      <fieldset class="clock-steps">
        <legend class="visually-hidden">Advance the clock</legend>
        {steps.map((step) => (
          <button
            key={step.by}
            type="button"
            class="button"
            disabled={action.isRunning}
            onClick={() => void advance(step.by)}
          >
            {step.label}
          </button>
        ))}
        <form
          class="clock-own"
          onSubmit={(event) => {
            event.preventDefault();
            if (by.value.trim() !== '') void advance(by.value);
          }}
        >
          <input
            type="text"
            aria-label="Advance by"
            placeholder="90s, 3h…"
            autocomplete="off"
            size={8}
            value={by.value}
            onInput={(event) => {
              by.value = event.currentTarget.value;
            }}
          />
          <button type="submit" class="button" disabled={action.isRunning}>
            Advance
          </button>
        </form>
      </fieldset>
      <ErrorText message={action.error} />
    </section>
  );
}
