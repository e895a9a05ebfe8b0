import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Whether an element is narrower than so many pixels now, and from now on. */
export function useIsNarrow(element: RefObject<HTMLElement | null>, limit: number): boolean {
  const [isNarrow, setIsNarrow] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(() => setIsNarrow(current.clientWidth < limit));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element, limit]);
  return isNarrow;
}
