import type { RetryNotice } from '../client-options.js';
import type { Clock } from '../clock.js';
import type { SubscriptionsClient } from '../subscriptions-client.js';
import type { SubscriptionsMemory } from './subscriptions-memory.js';

/** What `ensure` works with. */
export interface EnsureContext {
  /** The calls. They keep the memory up to date. */
  readonly client: Omit<SubscriptionsClient, 'ensure'>;
  readonly memory: SubscriptionsMemory;
  readonly clock: Clock;
  /** How often a create call is repeated when its outcome is unknown, each time after a look at the list. */
  readonly retries: number;
  readonly onRetry: ((notice: RetryNotice) => unknown) | undefined;
  readonly allowHttp: boolean;
  /** Ends everything that the client does. */
  readonly signal: AbortSignal | undefined;
}
