import type { DeadLetter } from '@fic-webhooks/core';

/** A dead letter as it stands in a JSON document, without what was received. */
export interface LetterView {
  readonly key: string;
  readonly name: string;
  readonly reason: string;
  readonly error: string;
  /** Null when it could not be read. */
  readonly companyId: number | null;
  readonly ids: readonly (number | string)[];
  readonly attempts: number;
  readonly crashes: number;
  readonly handled: readonly string[];
  /** RFC 3339. */
  readonly receivedAt: string;
  /** RFC 3339. */
  readonly buriedAt: string;
}

/** What is said of a dead letter in a list. */
export function viewLetter({ payload, receivedAt, buriedAt, ...letter }: DeadLetter): LetterView {
  const { key, name, reason, error, attempts, crashes, handled } = letter;
  const event = payload.kind === 'event' ? payload.event : undefined;
  return {
    key,
    name,
    reason,
    error,
    companyId: event?.companyId ?? null,
    ids: event?.ids ?? [],
    attempts,
    crashes,
    handled,
    receivedAt: formatTime(receivedAt),
    buriedAt: formatTime(buriedAt),
  };
}

/** The beginning of a key, which is mostly enough to name it. */
export function shortenKey(key: string, digits = 12): string {
  return key.slice(0, digits);
}

/** What to call it in a line. */
export function describeLetter({ key, name }: DeadLetter): string {
  return `${shortenKey(key)}  ${name || '(unreadable)'}`;
}

/** To the second, in UTC. */
function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
