import { InvalidOptionError } from '@fic-webhooks/core';
import type { ApplicationConfig } from '@nestjs/core';

/**
 * The path under which requests come in: the segments behind the global prefix, unless the app excludes them from it.
 * No version is put before it, whatever versioning the app has.
 *
 * @see https://docs.nestjs.com/faq/global-prefix
 */
export function resolvePath(config: ApplicationConfig, segments: readonly string[]): string {
  const path = join(segments);
  // The verification is a GET and notifications are POSTs: an exclusion for one method is for the endpoint.
  const excluded = config.getGlobalPrefixOptions().exclude?.some(({ pathRegex }) => pathRegex.test(path));
  return excluded ? path : join([config.getGlobalPrefix(), path]);
}

/**
 * Checks the `path` option.
 *
 * @throws InvalidOptionError for anything but an exact path.
 */
export function checkPath(path: unknown): void {
  if (typeof path === 'string' && !/[\s?#:*{}()\\]/.test(path)) return;
  throw new InvalidOptionError(
    'option-invalid',
    'path',
    `path is ${JSON.stringify(path)}. Give one exact path without parameters, patterns and query, such as 'webhooks/fic'.`,
  );
}

function join(segments: readonly string[]): string {
  return `/${segments
    .flatMap((segment) => segment.split('/'))
    .filter(Boolean)
    .join('/')}`;
}
