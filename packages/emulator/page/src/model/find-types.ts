import type { EventTypeView } from '../../../src/control/views.js';

/** The types whose names hold every word of a text, in their order; all when there is none. */
export function findTypes(types: readonly EventTypeView[], text: string): readonly EventTypeView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return types.filter(({ name, type }) => words.every((word) => name.includes(word) || type.includes(word)));
}
