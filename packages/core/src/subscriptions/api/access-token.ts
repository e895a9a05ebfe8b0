import { FicWebhooksError } from '../../errors/fic-webhooks-error.js';
import { messageOf } from '../../receiver/reporter.js';
import type { AccessTokenRequest, SubscriptionsClientOptions } from '../client-options.js';

/**
 * Asks for the access token of a call.
 *
 * @throws FicWebhooksError `access-token-unusable`, which never shows the token.
 */
export async function readAccessToken(
  source: SubscriptionsClientOptions['accessToken'],
  request: AccessTokenRequest,
): Promise<string> {
  const token: unknown = await askFor(source, request);
  const problem = findProblem(token);
  if (problem !== undefined) throw new FicWebhooksError('access-token-unusable', problem);
  return token as string;
}

async function askFor(
  source: SubscriptionsClientOptions['accessToken'],
  request: AccessTokenRequest,
): Promise<unknown> {
  try {
    if (typeof source === 'string') return source;
    if (typeof source === 'function') return await source(request);
    const { accessToken } = source;
    // As the SDK calls it: a name and scopes, which nobody needs for one OAuth scheme.
    return await (typeof accessToken === 'function' ? accessToken.call(source) : accessToken);
  } catch (cause) {
    throw new FicWebhooksError(
      'access-token-unusable',
      `The function given as accessToken failed: ${messageOf(cause)}. Mend it, or look at what it calls.`,
      { cause },
    );
  }
}

function findProblem(token: unknown): string | undefined {
  if (typeof token !== 'string' || token === '') {
    return (
      'There is no access token: accessToken gave nothing. Set it to the OAuth access token of the user, or to a manual ' +
      'token of your application. From the environment, check that the variable is set.'
    );
  }
  if (/^bearer\s/i.test(token)) return 'The access token begins with "Bearer". Give the token alone.';
  if (token.startsWith('r/')) {
    return 'This is a refresh token, which no call takes. Exchange it for an access token first: that begins with a/.';
  }
  // It would be an error of fetch that shows it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return 'The access token has characters that a header cannot have, such as a line break at its end. Trim it.';
  }
  return undefined;
}
