import { eventCatalogue, eventTypePrefix, findEventType, findNearest } from '@fic-webhooks/core/catalogue';
import { z } from 'zod';
import { enqueueEvent } from '../delivery/enqueue.js';
import { EmulatorError } from '../emulator-error.js';
import type { EmitResult, EmittedEvent } from '../model/emitted-event.js';
import { faultNames } from '../model/fault-settings.js';
import type { Subscription } from '../model/subscription.js';
import { explainIssue } from '../options/explain-issue.js';
import type { Service } from '../service.js';
import { writeTogether } from '../state/write-together.js';

/** The faults of the API happen to calls, not to events. */
const eventFaultNames = z.enum(faultNames).exclude(['api-error', 'api-quota']);

const shape = z.strictObject({
  companyId: z.int().positive(),
  type: z
    .string()
    .min(1)
    .max(200)
    // Half of a surrogate pair cannot be written in a header.
    .regex(/^\P{Surrogate}*$/u, 'It is not valid Unicode'),
  ids: z
    .array(z.union([z.int(), z.string().max(200)]))
    .max(10_000)
    .optional(),
  mode: z.enum(['binary', 'structured']).optional(),
  unlisted: z.boolean().optional(),
  faults: z.array(eventFaultNames).optional(),
});

/**
 * Lets something happen in a company: every verified subscription to the type gets an event.
 *
 * @throws EmulatorError `event-invalid`, naming the field.
 */
export function emitEvent(service: Service, input: EmittedEvent): EmitResult {
  const event = check(input);
  const type = readType(event);
  const ids = event.ids ?? [type.includes('.cashbook.') ? '3062300' : 3062300];
  const entry = findEventType(type);
  if (entry?.dead === true) {
    return {
      deliveries: [],
      notSent: [{ subscriptionId: null, why: `${entry.name} is never sent, by Fatture in Cloud either.` }],
    };
  }
  const subscriptions = service.state.subscriptions.listOfCompany(event.companyId);
  const notSent: { subscriptionId: string | null; why: string }[] = [];
  if (subscriptions.length === 0) {
    notSent.push({ subscriptionId: null, why: `Company ${event.companyId} has no subscription.` });
  }
  const receivers: Subscription[] = [];
  for (const subscription of subscriptions) {
    const why = whyNot(subscription, type, event.unlisted === true);
    if (why === undefined) receivers.push(subscription);
    else notSent.push({ subscriptionId: subscription.id, why });
  }
  const { mode: mapping, faults } = event;
  const deliveries = writeTogether(service, () =>
    receivers.flatMap((subscription) => enqueueEvent(service, subscription, { type, ids, mapping, faults })),
  );
  return { deliveries, notSent };
}

function whyNot({ types, verified }: Subscription, type: string, isUnlisted: boolean): string | undefined {
  if (!isUnlisted && !types.includes(type)) return 'It does not list this type.';
  return verified ? undefined : 'It is not verified.';
}

function check(input: EmittedEvent): z.output<typeof shape> {
  const { success, data, error } = shape.safeParse(input, { reportInput: true });
  if (success) return data;
  const { field, message } = explainIssue(error, () => shape.keyof().options);
  throw new EmulatorError('event-invalid', `${field || 'The event'}: ${message}`, {
    field: field || 'event',
  });
}

/** The full type, which must be one that is sent, unless the caller knows better. */
function readType({ type, unlisted }: { type: string; unlisted?: boolean | undefined }): string {
  const entry = findEventType(type);
  if (entry?.kind === 'event') return entry.type;
  if (entry !== undefined) {
    const cure =
      entry.kind === 'group' ? 'emit one of its single types' : 'it is sent after each verification';
    throw new EmulatorError('event-invalid', `type: ${type} is never sent by itself: ${cure}.`, {
      field: 'type',
    });
  }
  if (unlisted === true) return type.startsWith(eventTypePrefix) ? type : eventTypePrefix + type;
  const names = eventCatalogue.filter(({ kind }) => kind === 'event').map(({ name }) => name);
  const short = type.startsWith(eventTypePrefix) ? type.slice(eventTypePrefix.length) : type;
  const nearest = findNearest(short, names);
  const hint =
    nearest === undefined ? 'See the event catalogue for the types that exist' : `Did you mean "${nearest}"`;
  throw new EmulatorError(
    'event-invalid',
    `type: there is no "${type}". ${hint}${nearest === undefined ? '.' : '?'} Set unlisted to true to send a type that does not exist yet.`,
    { field: 'type' },
  );
}
