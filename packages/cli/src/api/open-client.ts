import { createSubscriptionsClient, type SubscriptionsClient } from '@fic-webhooks/core/subscriptions';
import { readAccessToken } from '../input/read-access-token.js';
import { readDuration } from '../input/read-duration.js';
import { readServiceUrl } from '../input/read-url.js';
import { readPositiveInteger } from '../input/read-value.js';
import { requireFlag } from '../input/require-flag.js';
import type { Progress } from '../output/progress.js';
import type { ApiFlags } from './api-flags.js';

/** What a client is made from. */
export interface ClientSource {
  readonly flags: ApiFlags;
  readonly environment: NodeJS.ProcessEnv;
}

/** The settings of a client, checked. Nothing has been sent yet. */
export interface ClientSettings {
  readonly companyId: number;
  readonly accessToken: string;
  readonly baseUrl: string | undefined;
  readonly timeout: number | undefined;
}

/**
 * Reads what a client needs.
 *
 * @throws UsageError
 */
export function readClientSettings({ flags, environment }: ClientSource): ClientSettings {
  const { company, accessTokenEnv, baseUrl, timeout } = flags;
  return {
    companyId: readPositiveInteger(
      '--company',
      requireFlag('--company', company, 'Give the id of the company that owns the data.'),
    ),
    baseUrl: baseUrl === undefined ? undefined : readServiceUrl('--base-url', baseUrl),
    timeout: timeout === undefined ? undefined : readDuration('--timeout', timeout),
    accessToken: readAccessToken(environment, accessTokenEnv),
  };
}

/** Makes a client that says on the terminal when it tries something again. */
export function openClient(settings: ClientSettings, progress: Progress): SubscriptionsClient {
  return createSubscriptionsClient({
    ...settings,
    onRetry: ({ error, delay }) =>
      progress.tell(`Trying again in ${Math.ceil(delay / 1000)} s: ${error.message}`),
  });
}
