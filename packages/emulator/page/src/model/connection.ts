import { signal } from '@preact/signals';
import type { StreamMessages } from '../../../src/control/views.js';
import { describeError } from '../api/control-error.js';
import { announceFailures } from './announcements.js';
import { showClock } from './clock.js';
import { applyDeliveries, forgetDeliveries, loadDeliveries } from './deliveries.js';
import { applySubscriptionChanges, faults, loadState } from './emulator-state.js';

/** Milliseconds before the next try to reach the emulator. */
const retryAfter = 1_000;

/** Milliseconds before the list is read again because too much changed for the stream. */
const reloadAfter = 1_000;

/** Whether changes arrive by themselves. */
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');

/** Why the page could not read what it shows; undefined when it could. */
export const loadFailure = signal<string | undefined>(undefined);

/** Counts the times that everything was read anew. */
export const loadCount = signal(0);

let isReloadPlanned = false;
let isReloadWanted = false;

/** Milliseconds that a page which nobody sees goes on listening. */
const hiddenAfter = 5_000;

let stream: EventSource | undefined;

/**
 * Follows the emulator while somebody looks, and goes on trying when it is gone. A page in the background lets go of
 * its stream: a browser opens six connections to one server, and the seventh page would wait for ever.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/API/EventSource
 */
export function followEmulator(): void {
  connect();
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = setTimeout(disconnect, hiddenAfter);
    else if (stream === undefined) connect();
  });
}

function disconnect(): void {
  stream?.close();
  stream = undefined;
  connection.value = 'connecting';
}

function connect(): void {
  const opened = new EventSource('events-stream');
  stream = opened;
  opened.addEventListener('open', () => {
    connection.value = 'live';
    void load();
  });
  // The browser gives up by itself on some errors and waits unhurriedly on others; this page does neither.
  opened.addEventListener('error', () => {
    opened.close();
    connection.value = 'lost';
    setTimeout(() => {
      // Unless the page let go meanwhile, or has come back already.
      if (stream === opened) connect();
    }, retryAfter);
  });
  listen(opened, 'deliveries', ({ deliveries, more }) => {
    announceFailures(deliveries);
    applyDeliveries(deliveries);
    if (more) planReload();
  });
  listen(opened, 'subscriptions', (changes) => {
    applySubscriptionChanges(changes);
    if (changes.more) planReload();
  });
  listen(opened, 'clock', showClock);
  listen(opened, 'faults', (settings) => {
    faults.value = settings;
  });
  listen(opened, 'reset', () => {
    forgetDeliveries();
    void load();
  });
}

/** Reads everything that the page shows. */
export async function load(): Promise<void> {
  try {
    await Promise.all([loadState(), loadDeliveries()]);
    loadFailure.value = undefined;
    loadCount.value += 1;
  } catch (error) {
    loadFailure.value = describeError(error);
  }
}

function listen<Name extends keyof StreamMessages>(
  stream: EventSource,
  name: Name,
  apply: (message: StreamMessages[Name]) => void,
): void {
  stream.addEventListener(name, (event: MessageEvent<string>) => {
    try {
      apply(JSON.parse(event.data) as StreamMessages[Name]);
    } catch (error) {
      loadFailure.value = `A message of the emulator could not be read. ${describeError(error)}`;
    }
  });
}

/** One at a time: while everything changes, a second one would only stop the first before its end. */
function planReload(): void {
  isReloadWanted = true;
  if (isReloadPlanned) return;
  isReloadPlanned = true;
  setTimeout(async () => {
    isReloadWanted = false;
    await load();
    isReloadPlanned = false;
    if (isReloadWanted) planReload();
  }, reloadAfter);
}
