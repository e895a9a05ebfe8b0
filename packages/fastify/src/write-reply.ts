import type { ReceiverResponse } from '@fic-webhooks/core';
import { writeNodeResponse } from '@fic-webhooks/core/node';
import type { FastifyReply } from 'fastify';

/** Headers that describe a body, and would be wrong for ours. */
const bodyHeaders = new Set([
  'content-encoding',
  'content-length',
  'content-type',
  'trailer',
  'transfer-encoding',
]);

/**
 * Writes a finished answer past Fastify, on a reply that has been hijacked.
 *
 * `reply.send` would let the app's `onSend` hooks change it (an envelope around a challenge costs the subscription), add
 * a charset to its media type, and end a connection with unread bytes in it, on which senders lose the answer.
 * `onResponse` hooks and the app's log still see it. Headers that hooks have set by now stay, but the receiver's own go
 * before them.
 */
export function writeReply(reply: FastifyReply, answer: ReceiverResponse): void {
  const { raw, request } = reply;
  if (raw.headersSent) return;
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined && !bodyHeaders.has(name)) copyHeader(reply, name, value);
  }
  writeNodeResponse(request.raw, raw, answer);
}

/** Leaves out what Node.js refuses, such as the name of a customer with a letter beyond Latin-1: nobody else would answer. */
function copyHeader({ raw, log }: FastifyReply, name: string, value: string | number | string[]): void {
  try {
    raw.setHeader(name, value);
  } catch (error) {
    log.warn(
      { err: error },
      `[fic-webhooks] The header ${JSON.stringify(name)} of a hook was left out of the answer.`,
    );
  }
}
