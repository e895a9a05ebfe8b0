import { behaviourDescriptions } from '../../../src/model/behaviour-descriptions.js';
import type { ServiceBehaviour } from '../../../src/model/service-behaviour.js';
import { fixedState } from '../model/emulator-state.js';
import { formatDuration } from '../text/format-duration.js';

/** The named options with their values. */
export function BehaviourList() {
  const state = fixedState.value;
  if (state === undefined) return <p class="placeholder">Reading the behaviour…</p>;
  const names = Object.keys(behaviourDescriptions) as (keyof ServiceBehaviour)[];
  return (
    <dl class="behaviour-list">
      {names.map((name) => {
        const value = describe(name, state.behaviour[name]);
        const standard = describe(name, state.behaviourDefaults[name]);
        const isChanged = value !== standard;
        return (
          <div key={name} data-changed={isChanged}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd class="behaviour-value">
              <strong>{value}</strong>
              <span class="muted">{isChanged ? `default: ${standard}` : 'the default'}</span>
            </dd>
            <dd class="behaviour-text">{behaviourDescriptions[name].meaning}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function describe(name: keyof ServiceBehaviour, value: ServiceBehaviour[keyof ServiceBehaviour]): string {
  const { choices } = behaviourDescriptions[name];
  const isDuration = choices === 'milliseconds' || choices === 'three spans in milliseconds';
  const parts = typeof value === 'object' ? value : [value];
  return parts
    .map((part) => (typeof part === 'number' && isDuration ? formatDuration(part) : String(part)))
    .join(', ');
}
