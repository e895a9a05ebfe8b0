import type { Application } from '../model/application.js';
import type { Service } from '../service.js';
import { ApiRefusal } from '../subscriptions/api-refusal.js';

/** Applications that there may be before an unknown token is refused: each has taken some memory for ever. */
const maximumApplications = 1_000;

/** The syntax of RFC 6750, section 2.1. */
const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Finds the application behind an `Authorization` header. A token that nobody has seen yet makes a new application,
 * because the service tells applications apart by their tokens.
 *
 * @throws ApiRefusal 401.
 */
export function authorise({ state }: Service, header: string | undefined): Application {
  if (header === undefined) {
    throw unauthorised('There is no access token. Send it as "Authorization: Bearer <token>".');
  }
  const token = bearer.exec(header)?.[1];
  if (token === undefined) {
    throw unauthorised('The Authorization header is not of the form "Bearer <token>".');
  }
  if (token.startsWith('r/')) {
    throw unauthorised('This is a refresh token. Exchange it for an access token first.');
  }
  return state.applications.find(token) ?? makeApplication(state, token);
}

function makeApplication({ applications }: Service['state'], accessToken: string): Application {
  const { count, highestId } = applications.size();
  if (count >= maximumApplications) {
    throw unauthorised(
      `There are ${count} applications already, one for each access token, so that this one is refused. Use a token again, or reset the emulator.`,
    );
  }
  const made: Application = {
    id: highestId + 1,
    accessToken,
    scopes: null,
    companies: null,
    disabled: false,
  };
  applications.put(made);
  return made;
}

function unauthorised(message: string): ApiRefusal {
  return new ApiRefusal(message, {
    status: 401,
    code: 'invalid_token',
    headers: { 'www-authenticate': 'Bearer' },
  });
}
