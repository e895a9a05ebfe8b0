import { messageOf } from '../../receiver/reporter.js';

/** Takes the token out of a text: whoever answers may repeat what it was sent, and texts of answers stand in errors. */
export function withoutToken(text: string, token: string): string {
  return token === '' ? text : text.replaceAll(token, '[token]');
}

/**
 * What fetch threw, as far as it helps: name, message, code and cause. Not the thing itself, because a `fetch` of the
 * user's own may put the whole request into its errors, and logs show causes with all that they have.
 */
export function copyError(thrown: unknown, token: string, depth = 0): Error {
  const { name, code, cause } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    name?: unknown;
    code?: unknown;
    cause?: unknown;
  };
  const copy = new Error(
    withoutToken(messageOf(thrown), token),
    cause === undefined || depth >= 3 ? undefined : { cause: copyError(cause, token, depth + 1) },
  );
  if (typeof name === 'string') copy.name = withoutToken(name, token);
  return typeof code === 'string' ? Object.assign(copy, { code: withoutToken(code, token) }) : copy;
}
