import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DeliverySummary } from '../../../src/control/views.js';

/** The tab stop of a list. */
export interface ActiveRow {
  /** Its place in the list; 0 when none was chosen yet. */
  readonly index: number;
  /** Makes a row the tab stop, and leaves the focus where it is. */
  choose(id: number | undefined): void;
  /** Makes a row the tab stop, and moves the focus there. */
  focus(id: number | undefined): void;
}

/** The id of the element that shows a delivery in the list. */
export function rowId(id: number): string {
  return `delivery-row-${id}`;
}

/** Moves the keyboard focus to a delivery in the list, when it is there. */
export function focusDelivery(id: number): void {
  document.getElementById(rowId(id))?.focus({ preventScroll: true });
}

/** Keeps one row as the tab stop, wherever it moves while new ones arrive. */
export function useActiveRow(rows: readonly DeliverySummary[], openId: number | undefined): ActiveRow {
  const chosenId = useSignal<number | undefined>(undefined);
  const isFocusWanted = useRef(false);
  const id = chosenId.value ?? openId;

  // The row may have to be drawn first.
  useLayoutEffect(() => {
    if (!isFocusWanted.current || id === undefined) return;
    isFocusWanted.current = false;
    focusDelivery(id);
  });

  return {
    index: Math.max(
      rows.findIndex((row) => row.id === id),
      0,
    ),
    choose: (wanted) => {
      chosenId.value = wanted;
    },
    focus: (wanted) => {
      isFocusWanted.current = true;
      if (wanted !== undefined && wanted === chosenId.peek()) focusDelivery(wanted);
      chosenId.value = wanted;
    },
  };
}
