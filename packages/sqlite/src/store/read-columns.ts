import type { InboxPayload } from '@fic-webhooks/core';

/**
 * The payload of a row. What a damaged file has made of one must not stop the reading of others: SQLite has no checksums, so
 * it gives texts as it finds them.
 */
export function readPayload(text: string): InboxPayload {
  const payload = parse(text);
  const isObject = typeof payload === 'object' && payload !== null;
  return isObject ? (payload as InboxPayload) : { kind: 'damaged', text };
}

/** The handlers that have succeeded. None of a damaged row: a handler that runs twice is better than one that never does. */
export function readHandled(text: string): readonly string[] {
  const handled = parse(text);
  return Array.isArray(handled) ? handled : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
