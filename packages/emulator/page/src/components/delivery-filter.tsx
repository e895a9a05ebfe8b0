import type { DeliveryState } from '../../../src/model/delivery.js';
import { stateFilter, textFilter } from '../model/delivery-filter.js';
import { stateTexts } from '../text/state-texts.js';

/** Chooses which deliveries are listed. */
export function DeliveryFilter() {
  return (
    <search class="delivery-filter">
      <select
        aria-label="State"
        value={stateFilter.value}
        onChange={(event) => {
          stateFilter.value = event.currentTarget.value as DeliveryState | 'all';
        }}
      >
        <option value="all">All states</option>
        {Object.entries(stateTexts).map(([state, text]) => (
          <option key={state} value={state}>
            {text}
          </option>
        ))}
      </select>
      <input
        type="search"
        aria-label="Filter deliveries"
        placeholder="Type, company, id, status…"
        autocomplete="off"
        value={textFilter.value}
        onInput={(event) => {
          textFilter.value = event.currentTarget.value;
        }}
      />
    </search>
  );
}
