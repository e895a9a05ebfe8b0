import type { FicEvent } from '../events/fic-event.js';

/**
 * A Fatture in Cloud event as a CloudEvents 1.0 object. A type alias, not an interface: only an alias fits the index
 * signature in the types of the `cloudevents` SDK.
 */
export type FicCloudEvent = {
  specversion: '1.0';
  id: string;
  type: string;
  source: string;
  subject?: string;
  time?: string;
  datacontenttype: 'application/json';
  data: { ids: readonly number[] | readonly string[] };
};

/**
 * Makes a CloudEvents 1.0 object of an event, for handing it on to another CloudEvents system. The constructor of the
 * `cloudevents` SDK takes it, and so does `encodeCloudEvent`.
 *
 * The time is written in UTC with milliseconds, because the SDK rewrites every other form when it sends. An event
 * whose time is absent or no valid timestamp gets no `time`: the SDK's constructor then puts the current time there.
 *
 * The SDK's `httpTransport` resolves whatever status the other system answers. Give `emitterFor` a transport that rejects on
 * a failure: else an event that was refused counts as handled.
 *
 * @param event - An event from the receiver.
 * @returns A new plain object; `data.ids` is the event's own list.
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes | Context Attributes}
 *
 * @example
 * ```ts
 * import { CloudEvent, emitterFor } from 'cloudevents';
 *
 * const emit = emitterFor(async (message) => {
 *   const headers = message.headers as Record<string, string>;
 *   const body = message.body as string;
 *   // A redirect that is followed would turn the POST into a GET without the event.
 *   const response = await fetch('https://broker.example.com', { method: 'POST', redirect: 'error', headers, body });
 *   if (!response.ok) throw new Error(`The broker answered ${response.status}.`);
 * });
 * receiver.on('*', async (event) => {
 *   await emit(new CloudEvent(toCloudEvent(event)));
 * });
 * ```
 */
export function toCloudEvent(event: FicEvent): FicCloudEvent {
  const { kind, id } = event.subject;
  const subject = id === '' ? kind : `${kind}:${id}`;
  const time = new Date(event.timestamp ?? Number.NaN).toJSON();
  return {
    specversion: '1.0',
    id: event.id,
    type: event.type,
    source: event.source,
    ...(subject !== '' && { subject }),
    // An offset can move the first and last hours of the calendar into years that RFC 3339 cannot write.
    ...(/^\d/.test(time) && { time }),
    datacontenttype: 'application/json',
    data: { ids: event.ids },
  };
}
