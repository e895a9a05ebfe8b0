export { findNearest } from '../errors/find-nearest.js';
export { eventTypePrefix } from '../events/event-names.generated.js';
export { eventCatalogue } from './event-catalogue.generated.js';
export type { EventTypeEntry } from './event-type-entry.js';
export { findEventType } from './find-event-type.js';
