import { FicApiError } from '../fic-api-error.js';

/** True when a call failed because there is no such subscription. */
export function isGone(error: unknown): boolean {
  return error instanceof FicApiError && error.code === 'api-not-found';
}
