import { swallow } from '../../receiver/reporter.js';
import { systemClock } from '../clock.js';
import type { EnsureReport } from '../ensure/ensure-report.js';
import { resolveEnsureOptions } from '../ensure/resolve-wanted.js';
import { FicApiError } from '../fic-api-error.js';
import { checkInput } from '../input/check-input.js';
import { keeperShape } from '../input/input-shapes.js';
import { alertFailure, findAlerts } from './keeper-alert.js';
import type { KeeperOptions } from './keeper-options.js';

/** Milliseconds until a check that failed is repeated; doubled for each further failure. */
const firstRepetition = 60_000;

/** Milliseconds until an unverified sink is looked at again, when the service did not say more. */
const unverifiedRepetition = 10 * 60_000;

/** A keeper at work. Made by {@link keepSubscribed}. */
export interface SubscriptionKeeper {
  /** What the last check that could be made has found. */
  readonly lastReport: EnsureReport | undefined;
  /**
   * Checks now, or gives the check that is under way.
   *
   * @throws what `ensure` throws.
   */
  check(): Promise<EnsureReport>;
  /** Ends it. Resolves when nothing is under way any more; what was written stays. */
  close(): Promise<void>;
}

/**
 * Keeps a subscription standing: checks at once and then on a schedule, makes it again when it has expired or was
 * deleted, and asks for a new verification when it has lost its own.
 *
 * It does not keep the process alive by itself. One keeper for each company is enough: several do no harm, but each one
 * spends calls.
 *
 * @throws InvalidOptionError
 *
 * @example
 * ```ts
 * const keeper = keepSubscribed({
 *   client,
 *   ensure: { sink: 'https://example.com/webhooks/fic', types: ['entities.*'] },
 *   onAlert: ({ code, message }) => console.error(code, message),
 * });
 * process.once('SIGTERM', () => keeper.close());
 * ```
 */
export function keepSubscribed(options: KeeperOptions): SubscriptionKeeper {
  checkInput(keeperShape, options, { names: Object.keys(keeperShape.shape), subject: 'keepSubscribed' });
  // A mistake in them shall come up here, and not in an alert at night. The sink's protocol is up to the client.
  resolveEnsureOptions(options.ensure, { allowHttp: true });
  const { client, ensure, every = 15 * 60_000, onAlert, onReport, clock = systemClock } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const end = () => ending.abort();
  let lastReport: EnsureReport | undefined;
  let underWay: Promise<EnsureReport> | undefined;

  const runCheck = async (): Promise<EnsureReport> => {
    try {
      const report = await client.ensure({ ...ensure, signal });
      for (const alert of findAlerts(report, lastReport)) swallow(() => onAlert?.(alert));
      lastReport = report;
      swallow(() => onReport?.(report));
      return report;
    } catch (error) {
      if (!signal.aborted) swallow(() => onAlert?.(alertFailure(error)));
      throw error;
    } finally {
      underWay = undefined;
    }
  };
  const check = (): Promise<EnsureReport> => {
    underWay ??= runCheck();
    return underWay;
  };
  const loop = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      let delay = every;
      try {
        delay = Math.min(every, findRepetition(await check()));
        failures = 0;
      } catch (error) {
        failures += 1;
        delay = Math.max(Math.min(every, firstRepetition * 2 ** (failures - 1)), findRetryAfter(error));
      }
      await clock.sleep(delay, { signal, isBackground: true }).catch(() => {});
    }
  };

  if (options.signal?.aborted === true) end();
  options.signal?.addEventListener('abort', end, { once: true });
  const done = loop();
  return {
    get lastReport() {
      return lastReport;
    },
    check,
    async close() {
      options.signal?.removeEventListener('abort', end);
      end();
      await done;
    },
  };
}

function findRepetition({ status, problems }: EnsureReport): number {
  if (status !== 'unverified') return Number.POSITIVE_INFINITY;
  const waits = problems.flatMap(({ retryAfter }) => retryAfter ?? []);
  return Math.max(1_000, Math.min(unverifiedRepetition, ...waits));
}

function findRetryAfter(error: unknown): number {
  return error instanceof FicApiError ? (error.retryAfter ?? 0) : 0;
}
