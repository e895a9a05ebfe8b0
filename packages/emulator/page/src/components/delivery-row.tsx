// biome-ignore-all lint/a11y/useSemanticElements: the cells of a real table cannot be laid out as a list that holds only what is seen.
// biome-ignore-all lint/a11y/useFocusableInteractive: one row is the tab stop, not its cells.
import type { DeliverySummary } from '../../../src/control/views.js';
import { shortenType } from '../text/shorten-type.js';
import { Age } from './age.js';
import { StateBadge } from './state-badge.js';
import { rowId } from './use-active-row.js';

/** What a {@link DeliveryRow} needs. */
export interface DeliveryRowProps {
  readonly delivery: DeliverySummary;
  /** Its row in the whole list, counted from 1, which is the head. */
  readonly position: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly isTabStop: boolean;
  readonly isOpen: boolean;
  onOpen(id: number): void;
}

/** One delivery of the list. The keys are handled by the list. */
export function DeliveryRow({ delivery, position, top, isTabStop, isOpen, onOpen }: DeliveryRowProps) {
  const { id, companyId, lastStatus, attempts, createdAt } = delivery;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles the keys of all its rows.
    <div
      id={rowId(id)}
      class="delivery-row delivery-columns"
      role="row"
      aria-rowindex={position}
      aria-selected={isOpen}
      tabIndex={isTabStop ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(id)}
    >
      <span role="gridcell" class="cell-state">
        <StateBadge {...delivery} />
      </span>
      <span role="gridcell" class="cell-type">
        {shortenType(delivery)}
      </span>
      <span role="gridcell" class="cell-company">
        {companyId}
      </span>
      <span role="gridcell" class="cell-ids">
        {describeIds(delivery)}
      </span>
      <span role="gridcell" class="cell-status">
        {lastStatus ?? '–'}
      </span>
      <span role="gridcell" class="cell-attempts">
        {attempts}
      </span>
      <span role="gridcell" class="cell-age">
        <Age since={createdAt} />
      </span>
    </div>
  );
}

function describeIds({ ids: [first], idCount }: DeliverySummary): string {
  if (first === undefined) return '–';
  return idCount === 1 ? String(first) : `${first} +${idCount - 1}`;
}
