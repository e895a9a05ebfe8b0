// biome-ignore-all lint/a11y/useSemanticElements: the cells of a real table cannot be laid out as a list that holds only what is seen.
// biome-ignore-all lint/a11y/useFocusableInteractive: one row is the tab stop, not its cells.
/** The names of the columns: seen where there is room, read aloud everywhere. */
export function DeliveryListHead() {
  return (
    <div role="rowgroup" class="delivery-head">
      <div role="row" class="delivery-columns" aria-rowindex={1}>
        <span role="columnheader">State</span>
        <span role="columnheader">Type</span>
        <span role="columnheader">Company</span>
        <span role="columnheader">Ids</span>
        <span role="columnheader">Status</span>
        <span role="columnheader">Tries</span>
        <span role="columnheader">Age</span>
      </div>
    </div>
  );
}
