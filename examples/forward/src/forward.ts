import { toCloudEvent } from '@fic-webhooks/core/cloudevents';
import type { FicEvent } from '@fic-webhooks/express';
import { CloudEvent, emitterFor, Mode, type TransportFunction } from 'cloudevents';

/** Passes an event on. Rejects when the target has not taken it. */
export type Forward = (event: FicEvent, signal: AbortSignal) => Promise<void>;

/**
 * Makes the function that passes events on to a CloudEvents system. In structured mode: in binary mode the SDK writes attributes
 * into headers as they are, which fails for an id that is not plain ASCII.
 */
export function createForward(url: string): Forward {
  const emit = emitterFor(postTo(url), { mode: Mode.STRUCTURED });
  return async (event, signal) => {
    await emit(new CloudEvent(toCloudEvent(event)), { signal });
  };
}

/**
 * The transport under the emitter. `httpTransport(url)` of the SDK would do the same, but it resolves whatever the status
 * is: an event that the target refused would count as passed on, and be lost.
 */
function postTo(url: string): TransportFunction {
  return async ({ headers, body }, options) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: body as string,
      // Followed, a redirect would mostly turn the POST into a GET without the event, and its answer would count as success.
      redirect: 'error',
      signal: options?.signal as AbortSignal,
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The target answered ${response.status}.`);
  };
}
