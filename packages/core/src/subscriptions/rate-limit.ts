/**
 * What the service last said of the quotas, in calls. They are shared by all who use the same application in the same
 * company. Only successful answers say it.
 *
 * See https://developers.fattureincloud.it/docs/basics/limits-and-quotas.
 *
 * @example
 * ```ts
 * await client.list();
 * console.log(client.rateLimit.hourlyRemaining); // 999
 * ```
 */
export interface RateLimit {
  /** Calls left in this hour. */
  readonly hourlyRemaining?: number;
  /** Calls allowed in an hour. */
  readonly hourlyLimit?: number;
  /** Calls left in this month. */
  readonly monthlyRemaining?: number;
  /** Calls allowed in a month. */
  readonly monthlyLimit?: number;
}

const headerNames: Readonly<Record<keyof RateLimit, string>> = {
  hourlyRemaining: 'ratelimit-hourlyremaining',
  hourlyLimit: 'ratelimit-hourlylimit',
  monthlyRemaining: 'ratelimit-monthlyremaining',
  monthlyLimit: 'ratelimit-monthlylimit',
};

/** Reads the headers of an answer. What is absent or no number is left out. */
export function readRateLimit(headers: Headers): RateLimit {
  const numbers = Object.entries(headerNames).flatMap(([name, header]) => {
    const text = headers.get(header)?.trim() ?? '';
    return /^\d{1,15}$/.test(text) ? [[name, Number(text)] as const] : [];
  });
  return Object.fromEntries(numbers);
}
