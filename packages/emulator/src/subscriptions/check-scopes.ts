import type { EventTypeEntry } from '@fic-webhooks/core/catalogue';
import type { Application } from '../model/application.js';
import { noPermission } from './api-refusal.js';
import { findSubscribable } from './find-subscribable.js';

/**
 * Checks that the token has the Read scope of every type, groups included.
 *
 * @throws ApiRefusal 403 `NO_PERMISSION`, naming what is missing.
 */
export function checkScopes(application: Application, types: readonly string[]): void {
  const { scopes } = application;
  if (scopes === null) return;
  const needed = types
    .map(findSubscribable)
    .filter((entry): entry is EventTypeEntry => entry !== undefined)
    .flatMap((entry) => entry.scopes);
  const missing = [...new Set(needed)].filter((scope) => !isGranted(scopes, scope));
  if (missing.length === 0) return;
  throw noPermission(
    `The access token lacks the scopes ${missing.join(', ')}. Ask for them when the user connects the application, or leave out the types that need them.`,
  );
}

/** `:a` grants all that `:r` does. See https://developers.fattureincloud.it/docs/basics/scopes. */
function isGranted(scopes: readonly string[], scope: string): boolean {
  return scopes.includes(scope) || scopes.includes(scope.replace(/:r$/, ':a'));
}
