import type { Reply } from './sink-probe.js';

/** True when the answer is what Fatture in Cloud needs to verify a sink: 200 and the challenge. */
export function isEcho(reply: Reply): boolean {
  if (reply.kind !== 'answer' || reply.status !== 200) return false;
  try {
    const value: unknown = JSON.parse(reply.body);
    return (value as { verification?: unknown } | null)?.verification === reply.challenge;
  } catch {
    return false;
  }
}
