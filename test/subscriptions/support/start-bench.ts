import {
  type Clock,
  createSubscriptionsClient,
  type RetryNotice,
  type SubscriptionsClient,
  type SubscriptionsClientOptions,
} from '@fic-webhooks/core/subscriptions';
import { type Emulator, type EmulatorOptions, startEmulator } from '@fic-webhooks/emulator';
import { type Sink, startSink } from './start-sink.js';

export const companyId = 108061;
export const prefix = 'it.fattureincloud.webhooks.';

/** Full types of short names. */
export const full = (...names: string[]): string[] => names.map((name) => prefix + name);

/** A call that reached the emulator. */
interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** An emulator whose clock stands, a sink, and clients whose waiting costs no time. */
export interface Bench {
  readonly fic: Emulator;
  readonly sink: Sink;
  /** On which all clients are: the emulator's. */
  readonly clock: Clock;
  /** What each wait of a client was asked to last, in milliseconds. */
  readonly waits: number[];
  readonly retries: RetryNotice[];
  /** Every call that got an answer. */
  readonly calls: RecordedCall[];
  /** Calls other than GET. */
  writes(): RecordedCall[];
  /** A client with a memory of its own, as another process would have. */
  createClient(options?: Partial<SubscriptionsClientOptions>): SubscriptionsClient;
  close(): Promise<void>;
}

export async function startBench(options: EmulatorOptions = {}): Promise<Bench> {
  const sink = await startSink();
  const fic = await startEmulator({ clock: 'manual', logger: false, ...options });
  // Far from the end of a window of quotas, so that times to wait are the same in every run.
  await fic.advance(3_600_000 - (fic.clock().now % 3_600_000));
  const waits: number[] = [];
  const retries: RetryNotice[] = [];
  const calls: RecordedCall[] = [];
  const clock: Clock = {
    now: () => fic.clock().now,
    sleep: async (milliseconds, { signal }) => {
      signal?.throwIfAborted();
      waits.push(milliseconds);
      await fic.settled();
    },
  };
  const record: typeof globalThis.fetch = async (url, init) => {
    const response = await fetch(url, init);
    calls.push({
      method: init?.method ?? 'GET',
      path: new URL(String(url)).pathname,
      status: response.status,
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
    });
    return response;
  };
  return {
    fic,
    sink,
    clock,
    waits,
    retries,
    calls,
    writes: () => calls.filter(({ method }) => method !== 'GET'),
    createClient: (clientOptions = {}) =>
      createSubscriptionsClient({
        companyId,
        accessToken: 'a/emulator',
        baseUrl: fic.url,
        fetch: record,
        clock,
        onRetry: (notice) => retries.push(notice),
        ...clientOptions,
      }),
    close: async () => {
      await fic.close();
      await sink.close();
    },
  };
}
