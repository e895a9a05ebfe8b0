import {
  type ConformanceCase,
  keepable,
  type NotificationRecipe,
  refuseNotification,
  saveable,
} from '../conformance-case.js';
import type { NotificationTamper, Probe } from '../probe.js';

const modes = ['binary', 'structured'] as const;
const bound = saveable('event-binding');
const unreadable = keepable('event-unreadable');

/** Attributes of another event than the token's. */
const foreign = {
  id: '198:00000000-0000-4000-8000-000000000000',
  subject: 'company:999999',
  source: 'https://example.org',
};

/** The token covers neither type nor body: what it does cover must be the event's. */
export const bindingCases: readonly ConformanceCase[] = [
  ...modes.flatMap((mode) =>
    Object.entries(foreign).map(([attribute, value]) =>
      refuseNotification(`binding: ${attribute} is not the token's, ${mode}`, bound, {
        mode,
        attributes: { [attribute]: value },
      }),
    ),
  ),
  ...modes.flatMap((mode) =>
    ['id', 'type', 'source', 'subject'].map((attribute) =>
      refuseNotification(`binding: ${attribute} missing, ${mode}`, unreadable, {
        mode,
        attributes: { [attribute]: undefined },
      }),
    ),
  ),
  // Runtimes with Fetch headers see both values in one, which is not the token's id.
  refuseNotification(
    'binding: ce-id repeated',
    keepable('event-unreadable', 'event-binding'),
    editHeaders(({ request, event }) => request.headers.push(['ce-id', `${event.id}0`])),
  ),
  ...['id', 'type', 'subject'].map((attribute) =>
    refuseNotification(
      `binding: ce-${attribute} differs from the structured body`,
      unreadable,
      editHeaders(({ request }) => request.headers.push([`ce-${attribute}`, 'another']), {
        mode: 'structured',
      }),
    ),
  ),
];

function editHeaders(
  edit: (delivery: ReturnType<Probe['notify']>) => void,
  tamper: NotificationTamper = {},
): NotificationRecipe {
  return (probe) => {
    const delivery = probe.notify({}, tamper);
    edit(delivery);
    return delivery;
  };
}
