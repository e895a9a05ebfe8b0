import type { Finding } from '../../output/mark.js';

/** What is looked at. Stable: a program may branch on it. */
export type CheckId =
  | 'https'
  | 'public-address'
  | 'reachable'
  | 'redirect'
  | 'routed'
  | 'forged-token'
  | 'challenge'
  | 'genuine-event'
  | 'body-parser'
  | 'rate-limit'
  | 'speed'
  | 'api'
  | 'sink-string'
  | 'verified'
  | 'dead-types'
  | 'missing-types'
  | 'conflicts'
  | 'quota';

/** One thing that was looked at. */
export interface Check {
  readonly id: CheckId;
  /** `unchecked`: it could not be looked at; the message says why. */
  readonly result: Finding;
  /** What was found. Foreign text may stand in it. */
  readonly message: string;
  /** What to do, where something is to be done. */
  readonly cure?: string;
}

/** Makes a check that found nothing wrong. */
export function ok(id: CheckId, message: string): Check {
  return { id, result: 'ok', message };
}

/** Makes a check that could not be done. */
export function unchecked(id: CheckId, message: string): Check {
  return { id, result: 'unchecked', message };
}

/** Makes a check that found something that loses events, or will. */
export function problem(id: CheckId, message: string, cure: string): Check {
  return { id, result: 'problem', message, cure };
}

/** Makes a check that found something that may be as it shall be. */
export function warning(id: CheckId, message: string, cure: string): Check {
  return { id, result: 'warning', message, cure };
}
