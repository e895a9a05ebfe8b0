import { cleanText } from '../../receiver/clean-text.js';
import type { ApiAnswer, ApiCall } from './api-call.js';
import { makeError } from './explain-refusal.js';
import { readText } from './read-text.js';
import { withoutToken } from './without-token.js';

/** The most bytes of an answer: the list of a company with hundreds of subscriptions is far smaller. */
const answerLimit = 1024 * 1024;

/** Where requests go, and by which way. */
export interface RequestTarget {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch | undefined;
}

/**
 * Sends one request and reads its answer. No redirect is followed: the token would go with it.
 *
 * @throws FicApiError `api-redirected`, or `api-answer-unexpected` for an answer that is too large; and what fetch throws.
 */
export async function sendRequest(
  { baseUrl, fetch = globalThis.fetch }: RequestTarget,
  call: ApiCall,
  { token, signal }: { readonly token: string; readonly signal: AbortSignal },
): Promise<ApiAnswer> {
  const { method, path, body } = call;
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'manual',
    signal,
  });
  const { status, headers, type } = response;
  // Browsers hide the status of a redirect.
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    response.body?.cancel().catch(() => {});
    const target = headers.get('location');
    const where = target === null ? '' : `, to ${cleanText(withoutToken(target, token))}`;
    throw makeError('api-redirected', call, { status, happened: `was answered ${status}${where}` });
  }
  const text = await readText(response, answerLimit);
  if (text !== undefined) return { status, headers, text };
  throw makeError('api-answer-unexpected', call, {
    status,
    happened: `was answered ${status} with more than ${answerLimit} bytes`,
  });
}
