import { areDeliveriesLoaded } from '../model/deliveries.js';
import { stateFilter, textFilter } from '../model/delivery-filter.js';

/** Stands where the list would be. */
export function NoDeliveries({ isFiltered }: { isFiltered: boolean }) {
  if (!areDeliveriesLoaded.value) return <p class="placeholder">Reading the deliveries…</p>;
  if (!isFiltered) {
    return <p class="placeholder">Nothing was sent yet. Trigger an event, and it appears here.</p>;
  }
  return (
    <p class="placeholder">
      No delivery matches the filter.
      <button
        type="button"
        class="button"
        onClick={() => {
          stateFilter.value = 'all';
          textFilter.value = '';
        }}
      >
        Show all
      </button>
    </p>
  );
}
