import { type FicEvent, FicWebhooksError } from '@fic-webhooks/core';

// Registered, so that a CommonJS and an ESM copy of this package find each other's events.
const eventKey = Symbol.for('@fic-webhooks/event');

/** Puts the event where {@link getFicEvent} finds it. */
export function setFicEvent(request: object, event: FicEvent): void {
  Object.defineProperty(request, eventKey, { value: event, configurable: true });
}

/**
 * The verified event of a request.
 *
 * @throws FicWebhooksError `event-missing` when `verifyFicWebhook` does not stand before this handler.
 *
 * @example
 * ```ts
 * app.all('/custom', verifyFicWebhook(receiver), (req, res) => {
 *   console.log(getFicEvent(req).ids);
 *   res.sendStatus(204);
 * });
 * ```
 */
export function getFicEvent(request: object): FicEvent {
  const event = Reflect.get(request, eventKey) as FicEvent | undefined;
  if (event !== undefined) return event;
  throw new FicWebhooksError(
    'event-missing',
    'There is no verified Fatture in Cloud event on this request. verifyFicWebhook(receiver) does not stand before ' +
      "this handler. Write: app.all('/path', verifyFicWebhook(receiver), handler).",
  );
}
