import { UsageError } from '../usage-error.js';
import { readSecret } from './read-secret.js';

const flag = '--access-token-env';

/** The syntax of RFC 6750, section 2.1. */
const syntax = /^[\w\-.~+/]+=*$/;

/**
 * Reads the access token of the API from the environment.
 *
 * @param name - The name of the variable. Default `FIC_ACCESS_TOKEN`.
 * @throws UsageError, in which the token does not stand.
 */
export function readAccessToken(environment: NodeJS.ProcessEnv, name = 'FIC_ACCESS_TOKEN'): string {
  const token = readSecret({ flag, name, environment })
    .trim()
    .replace(/^bearer\s+/i, '');
  if (token.startsWith('r/')) {
    throw new UsageError(
      flag,
      `${flag}: ${name} holds a refresh token. Exchange it for an access token, which begins with a/.`,
    );
  }
  if (syntax.test(token)) return token;
  throw new UsageError(
    flag,
    `${flag}: ${name} holds something else than an access token: it has characters that no token has.`,
  );
}
