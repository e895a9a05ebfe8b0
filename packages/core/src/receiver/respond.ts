import { describeOutcome, type Outcome } from './outcomes.js';
import type { ReceiverResponse } from './receiver-response.js';

const challengeHeaders = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'",
};

/** Turns an outcome into the answer. An answer given before the body was read ends the connection. */
export function respond(outcome: Outcome, closeConnection: boolean): ReceiverResponse {
  const row = describeOutcome(outcome.code);
  const kept = outcome.kept === true ? row.kept : undefined;
  if (kept !== undefined) {
    return { status: kept, headers: closeConnection ? { connection: 'close' } : {}, body: '' };
  }
  const headers: Record<string, string> = { ...row.headers };
  if (outcome.retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(outcome.retryAfter / 1000));
  if (closeConnection) headers['connection'] = 'close';
  if (outcome.body !== undefined) {
    return { status: row.status, headers: { ...headers, ...challengeHeaders }, body: outcome.body };
  }
  if (row.title === undefined) return { status: row.status, headers, body: '' };
  headers['content-type'] = 'application/problem+json';
  headers['cache-control'] = 'no-store';
  // RFC 9457: without a `type` of its own a problem is `about:blank`; `code` is our extension member.
  const body = JSON.stringify({ title: row.title, status: row.status, code: outcome.code });
  return { status: row.status, headers, body };
}
