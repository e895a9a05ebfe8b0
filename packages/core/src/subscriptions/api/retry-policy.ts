import type { FicWebhooksError } from '../../errors/fic-webhooks-error.js';
import { FicApiError, type FicApiErrorCode } from '../fic-api-error.js';
import type { ApiCall } from './api-call.js';

/** Milliseconds before the second attempt; doubled for each further one. */
const firstDelay = 500;
const longestDelay = 10_000;

/** After these nobody knows whether the service did it. */
const unknownOutcomes: readonly FicApiErrorCode[] = ['api-server', 'api-unreachable', 'api-timeout'];

/** Failures of the network before anything was sent. */
const neverSent: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

/** True when it is not known whether the service did what was asked. */
export function isOutcomeUnknown(error: unknown): error is FicApiError {
  return error instanceof FicApiError && unknownOutcomes.includes(error.code) && !wasNeverSent(error);
}

/** How long to wait before a call is made again; undefined when it shall not be. */
export function decideDelay(
  error: FicWebhooksError,
  {
    call,
    attempt,
    longestWait,
  }: { readonly call: ApiCall; readonly attempt: number; readonly longestWait: number },
): number | undefined {
  if (!(error instanceof FicApiError) || !mayPass(error)) return undefined;
  // A second POST could make a second subscription, or spend one of the five verifications.
  if (call.method === 'POST' && isOutcomeUnknown(error)) return undefined;
  const delay = error.retryAfter ?? backOff(attempt);
  return delay > longestWait ? undefined : delay;
}

/** Exponential, with jitter: programs that failed together shall not come back together. */
export function backOff(attempt: number): number {
  const full = Math.min(longestDelay, firstDelay * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + Math.random() / 2));
}

function mayPass({ code }: FicApiError): boolean {
  return code === 'api-quota' || unknownOutcomes.includes(code);
}

function wasNeverSent({ code, cause }: FicApiError): boolean {
  if (code !== 'api-unreachable') return false;
  // fetch wraps the failure of the socket.
  const { code: own, cause: inner } = (cause ?? {}) as { code?: unknown; cause?: { code?: unknown } | null };
  return neverSent.includes(own) || neverSent.includes(inner?.code);
}
