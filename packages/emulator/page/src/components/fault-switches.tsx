import type { FaultChange, FaultName } from '../../../src/model/fault-settings.js';
import { changeFaults } from '../api/actions.js';
import { activeFaults, faults } from '../model/emulator-state.js';
import { useAction } from '../model/use-action.js';
import { faultList } from '../text/fault-texts.js';
import { ErrorText } from './error-text.js';
import { FaultDetails } from './fault-details.js';
import { FaultSwitch } from './fault-switch.js';

const areas = [
  { area: 'delivery', title: 'On deliveries' },
  { area: 'api', title: 'On calls of the Subscriptions API' },
] as const;

const allOff = Object.fromEntries(faultList.map(({ name }) => [name, 0])) as Record<FaultName, number>;

/** What goes wrong, and how often. */
export function FaultSwitches() {
  const action = useAction();
  const settings = faults.value;
  const change = (request: FaultChange) =>
    void action.run(async () => {
      faults.value = await changeFaults(request);
    });

  return (
    <section class="pane faults-view" aria-labelledby="faults-title">
      <div class="pane-head">
        <h2 id="faults-title">Faults</h2>
        <div class="actions">
          <button
            type="button"
            class="button"
            disabled={activeFaults.value.length === 0 || action.isRunning}
            onClick={() => change({ probabilities: allOff })}
          >
            All off
          </button>
        </div>
      </div>
      <p class="intro">
        Each happens by chance, as often as you say. To let one happen to a single event, trigger it with its
        fault instead.
      </p>
      <ErrorText message={action.error} />
      {settings === undefined ? (
        <p class="placeholder">Reading the faults…</p>
      ) : (
        <>
          {areas.map(({ area, title }) => (
            <div key={area} class="fault-area">
              <h3>{title}</h3>
              {faultList
                .filter((fault) => fault.area === area)
                .map(({ name, label, explanation }) => (
                  <FaultSwitch
                    key={name}
                    label={label}
                    explanation={explanation}
                    probability={settings.probabilities[name]}
                    onChange={(probability) => change({ probabilities: { [name]: probability } })}
                  />
                ))}
            </div>
          ))}
          <FaultDetails settings={settings} onChange={change} />
        </>
      )}
    </section>
  );
}
