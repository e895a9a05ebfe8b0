import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import type { DeliverySummary } from '../../../src/control/views.js';

/** Pixels from the top within which a list counts as not scrolled. */
const nearTop = 4;

/** What a list shows now. */
export interface SteadyRows {
  readonly rows: readonly DeliverySummary[];
  /** How many came since, and are not shown. */
  readonly newCount: number;
  /** To be called whenever the list was scrolled, or the focus has come or gone. */
  watch(): void;
  /** Shows what is new, from the top. */
  showNew(): void;
}

/**
 * New deliveries appear at the top by themselves, unless somebody has scrolled away or walks through the list with the
 * keyboard: then nothing moves under their eyes, and they are told how many wait.
 */
export function useSteadyRows(
  all: readonly DeliverySummary[],
  scroller: RefObject<HTMLElement | null>,
): SteadyRows {
  /** The newest id shown; undefined while the list follows. */
  const newestShown = useSignal<number | undefined>(undefined);
  const limit = newestShown.value;
  const newCount = limit === undefined ? 0 : countNewer(all, limit);

  return {
    rows: newCount === 0 ? all : all.slice(newCount),
    newCount,
    watch: () => {
      const list = scroller.current;
      if (list === null) return;
      const isRead = list.scrollTop > nearTop || list.querySelector(':focus-visible') !== null;
      if (!isRead) newestShown.value = undefined;
      else newestShown.value ??= all[0]?.id;
    },
    showNew: () => {
      newestShown.value = undefined;
      scroller.current?.scrollTo({ top: 0 });
    },
  };
}

/** Ids go down along the list. */
function countNewer(all: readonly DeliverySummary[], limit: number): number {
  const count = all.findIndex(({ id }) => id <= limit);
  return count === -1 ? all.length : count;
}
