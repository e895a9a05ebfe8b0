import { InvalidOptionError } from '@fic-webhooks/core';
import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import { encodePath } from './encode-path.js';

/** A path that the app excludes from its global prefix, as Nest keeps it. */
type Exclusion = NonNullable<ReturnType<ApplicationConfig['getGlobalPrefixOptions']>['exclude']>[number];

/**
 * The path of an endpoint: behind the global prefix, unless the app excludes it from that. The verification is a GET and
 * notifications are POSTs: an exclusion for one method is for the endpoint.
 *
 * @see https://docs.nestjs.com/faq/global-prefix
 */
export function resolveMountPath(config: ApplicationConfig, path: string): string {
  return resolvePath(config, [path], () => true);
}

/** The path of a controller whose route is for all methods: of those Nest excludes what is excluded for all methods. */
export function resolveControllerPath(config: ApplicationConfig, segments: readonly string[]): string {
  return resolvePath(config, segments, ({ requestMethod }) => requestMethod === RequestMethod.ALL);
}

/**
 * Checks the `path` option.
 *
 * @param subject - What is checked, for the error: `The path of @FicWebhooksController on Hooks`.
 * @throws InvalidOptionError for anything but an exact path.
 */
export function checkPath(path: unknown, subject = 'path'): void {
  if (typeof path === 'string' && !/[\s?#:*{}()\\]/.test(path)) return;
  throw new InvalidOptionError(
    'option-invalid',
    'path',
    `${subject} is ${JSON.stringify(path)}. Give one exact path without parameters, patterns and query, such as ` +
      "'webhooks/fic'.",
  );
}

/** As it stands in a request. No version is put before it, whatever versioning the app has. */
function resolvePath(
  config: ApplicationConfig,
  segments: readonly string[],
  counts: (exclusion: Exclusion) => boolean,
): string {
  const path = join(segments);
  const exclusions = config.getGlobalPrefixOptions().exclude ?? [];
  // Nest tests what it has put together of a controller and of a method without a path, which ends with a slash.
  const isExcluded = exclusions.some(
    (exclusion) =>
      counts(exclusion) && (exclusion.pathRegex.test(path) || exclusion.pathRegex.test(`${path}/`)),
  );
  if (isExcluded) return encodePath(path);
  const prefix = config.getGlobalPrefix();
  checkPath(prefix, 'The global prefix of the app');
  return encodePath(join([prefix, path]));
}

function join(segments: readonly string[]): string {
  return `/${segments
    .flatMap((segment) => segment.split('/'))
    .filter(Boolean)
    .join('/')}`;
}
