import { findEventType } from '../../catalogue/find-event-type.js';
import { cleanText } from '../../receiver/clean-text.js';
import {
  FicApiError,
  type FicApiErrorCode,
  type FicApiErrorDetails,
  type QuotaWindow,
} from '../fic-api-error.js';
import { readErrorBody } from './answer-shapes.js';
import type { ApiAnswer, ApiCall } from './api-call.js';
import { readRetryAfter } from './read-retry-after.js';
import { refusalCauses } from './refusal-causes.js';

/** Turns an answer that is no success into an error. */
export function explainRefusal(call: ApiCall, answer: ApiAnswer, now: number): FicApiError {
  const { status } = answer;
  const { message, code: apiCode, validationResult } = readErrorBody(answer.text);
  const retryAfter = readRetryAfter(answer.headers, now);
  const code = findCode(status, { retryAfter, message });
  return makeError(code, call, {
    status,
    apiCode,
    apiMessage: message,
    validationResult,
    retryAfter,
    window: code === 'api-quota' ? findWindow(status, { retryAfter, message }) : undefined,
  });
}

/** Makes the error of a call. `happened` says what happened, where there is no status to say it. */
export function makeError(
  code: FicApiErrorCode,
  call: ApiCall,
  details: Omit<FicApiErrorDetails, 'method' | 'path'> & { happened?: string },
): FicApiError {
  const { happened, ...fields } = details;
  const { status, apiMessage, apiCode, validationResult, retryAfter } = fields;
  const said = [apiMessage, apiCode === undefined ? undefined : `(${apiCode})`, listFields(validationResult)]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const { meaning, cure } = refusalCauses[code];
  const parts = [
    `${call.method} ${call.path} ${happened ?? `was answered ${status}${said === '' ? '' : `: ${endSentence(said)}`}`}`,
    meaning,
    code === 'api-permission' ? listScopes(call.types) : undefined,
    retryAfter === undefined ? undefined : `It can be called again in ${describeDuration(retryAfter)}.`,
    cure,
  ];
  const [first = '', ...others] = parts.filter((part) => part !== undefined);
  return new FicApiError(code, [endSentence(first), ...others].join(' '), {
    method: call.method,
    path: call.path,
    ...fields,
  });
}

type Hints = { readonly retryAfter: number | undefined; readonly message: string | undefined };

function findCode(status: number, { retryAfter, message = '' }: Hints): FicApiErrorCode {
  if (status >= 500) return 'api-server';
  switch (status) {
    case 401:
      return 'api-unauthorised';
    case 403:
      // The same status for three things. Only a quota says when it is back.
      if (retryAfter !== undefined) return 'api-quota';
      return /\bdisabled\b|disabilitat/i.test(message) ? 'api-application-disabled' : 'api-permission';
    case 404:
      return 'api-not-found';
    case 409:
      return 'api-conflict';
    case 400:
    case 422:
      return 'api-validation';
    case 429:
      return 'api-quota';
  }
  return status >= 400 ? 'api-refused' : 'api-answer-unexpected';
}

/** 429 is the short quota. The two long ones have the same status: the message tells them apart, or the time to wait. */
function findWindow(status: number, { retryAfter = 0, message = '' }: Hints): QuotaWindow {
  if (status === 429) return '5-minutes';
  if (/\bmonth|\bmes[ei]\b|mensil/i.test(message)) return 'month';
  if (/\bhour|\bor[ae]\b|orari/i.test(message)) return 'hour';
  return retryAfter > 3_600_000 ? 'month' : 'hour';
}

function listFields(result: Readonly<Record<string, readonly string[]>> | undefined): string {
  return Object.entries(result ?? {})
    .map(([field, problems]) => cleanText(`${field}: ${problems.join(' ')}`))
    .join(' ');
}

function listScopes(types: readonly string[] | undefined): string | undefined {
  const scopes = new Set(types?.flatMap((type) => findEventType(type)?.scopes ?? []));
  return scopes.size === 0 ? undefined : `These types need ${[...scopes].sort().join(', ')}.`;
}

function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** A span of time for reading. */
export function describeDuration(milliseconds: number): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1_000, 'second'],
  ] as const;
  const [size, name] = units.find(([length]) => milliseconds >= 2 * length) ?? [1_000, 'second'];
  const count = Math.max(1, Math.ceil(milliseconds / size));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
