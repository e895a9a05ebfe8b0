import type { ConnectionOptions } from '../api/api-connection.js';
import type { SubscriptionsClientOptions } from '../client-options.js';
import { systemClock } from '../clock.js';
import { checkInput } from './check-input.js';
import { checkBaseUrl } from './check-url.js';
import { clientShape } from './input-shapes.js';

const defaultBaseUrl = 'https://api-v2.fattureincloud.it';

/** The options of a client: checked, and with every default in its place. */
export interface ResolvedClientOptions extends ConnectionOptions {
  readonly companyId: number;
  readonly allowHttp: boolean;
}

/**
 * Checks the options of a client.
 *
 * @throws InvalidOptionError
 */
export function resolveClientOptions(options: SubscriptionsClientOptions): ResolvedClientOptions {
  checkInput(clientShape, options, {
    names: Object.keys(clientShape.shape),
    subject: 'createSubscriptionsClient',
  });
  // Not what the check gives back: the token's source must stay the object that it is.
  const { companyId, accessToken, allowHttp = false } = options;
  const { fetch, timeout = 10_000, retries = 3, longestWait = 60_000 } = options;
  const { signal, onRetry, clock = systemClock } = options;
  const basePath = typeof accessToken === 'object' ? accessToken.basePath : undefined;
  return {
    companyId,
    accessToken,
    baseUrl: checkBaseUrl(options.baseUrl ?? basePath ?? defaultBaseUrl, { allowHttp }),
    fetch,
    timeout,
    retries,
    longestWait,
    signal,
    onRetry,
    clock,
    allowHttp,
  };
}
