// biome-ignore-all lint/a11y/useSemanticElements: the cells of a real table cannot be laid out as a list that holds only what is seen.
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { deliveries } from '../model/deliveries.js';
import { filteredDeliveries } from '../model/delivery-filter.js';
import { goTo, linkToDelivery, route } from '../model/route.js';
import { DeliveryListHead } from './delivery-list-head.js';
import { DeliveryRow } from './delivery-row.js';
import { KeyHints } from './key-hints.js';
import { NewDeliveries } from './new-deliveries.js';
import { NoDeliveries } from './no-deliveries.js';
import { useActiveRow } from './use-active-row.js';
import { useIsNarrow } from './use-is-narrow.js';
import { useSteadyRows } from './use-steady-rows.js';

/** Below this width in pixels a row has two lines. */
const narrow = 640;

const rowHeights = { wide: 36, narrow: 58 } as const;

/** Rows that Page Up and Page Down move by. */
const pageStep = 10;

/** What a {@link DeliveryList} needs. */
export interface DeliveryListProps {
  /** A delivery was opened with the keyboard: the focus may follow. */
  onOpen(): void;
  onClose(): void;
}

/**
 * The live list of deliveries. Only what is seen is in the document. One row is a tab stop; the arrow keys move it.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export function DeliveryList({ onOpen, onClose }: DeliveryListProps) {
  const frame = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useIsNarrow(frame, narrow);
  const rowHeight = isNarrow ? rowHeights.narrow : rowHeights.wide;
  const { rows, newCount, watch, showNew } = useSteadyRows(filteredDeliveries.value, scroller);
  const openId = route.value.deliveryId;
  const active = useActiveRow(rows, openId);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
    // The tab stop stays in the document wherever the list is scrolled, or the keyboard would lose its place.
    rangeExtractor: (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), active.index])].sort((left, right) => left - right),
  });

  // Another height moves every row: what is open shall stay in sight.
  useLayoutEffect(() => {
    virtualizer.measure();
    if (openId !== undefined) virtualizer.scrollToIndex(active.index);
  }, [rowHeight]);

  const moveTo = (index: number) => {
    const wanted = Math.min(Math.max(index, 0), rows.length - 1);
    virtualizer.scrollToIndex(wanted);
    active.focus(rows[wanted]?.id);
  };

  const open = (id: number) => {
    active.choose(id);
    goTo(linkToDelivery(id));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(active.index + 1),
      ArrowUp: () => moveTo(active.index - 1),
      PageDown: () => moveTo(active.index + pageStep),
      PageUp: () => moveTo(active.index - pageStep),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      Escape: onClose,
      Enter: () => {
        const row = rows[active.index];
        if (row === undefined) return;
        open(row.id);
        onOpen();
      },
    };
    const move = moves[event.key];
    if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move();
  };

  return (
    <div ref={frame} class="delivery-frame" data-narrow={isNarrow}>
      <NewDeliveries
        count={newCount}
        onShow={() => {
          showNew();
          active.focus(filteredDeliveries.peek()[0]?.id);
        }}
      />
      {rows.length === 0 ? (
        <NoDeliveries isFiltered={deliveries.value.length > 0} />
      ) : (
        <div
          class="delivery-grid"
          role="grid"
          aria-label="Deliveries"
          aria-rowcount={rows.length + 1}
          onKeyDown={onKeyDown}
        >
          <DeliveryListHead />
          <div
            ref={scroller}
            class="delivery-scroller"
            role="rowgroup"
            onScroll={watch}
            onFocusIn={watch}
            onFocusOut={watch}
          >
            <div role="presentation" class="delivery-canvas" style={{ height: virtualizer.getTotalSize() }}>
              {virtualizer.getVirtualItems().map(({ key, index, start }) => {
                const delivery = rows[index];
                if (delivery === undefined) return null;
                return (
                  <DeliveryRow
                    key={key}
                    delivery={delivery}
                    position={index + 2}
                    top={start}
                    isTabStop={index === active.index}
                    isOpen={delivery.id === openId}
                    onOpen={open}
                  />
                );
              })}
            </div>
          </div>
        </div>
      )}
      <KeyHints />
    </div>
  );
}
