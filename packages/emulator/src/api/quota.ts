import type { QuotaWindow } from '../model/fault-settings.js';
import { ApiRefusal } from '../subscriptions/api-refusal.js';
import type { Caller } from '../subscriptions/caller.js';

/** A number of calls in a fixed window of time. */
export interface Quota {
  readonly limit: number;
  /** How the service says that it is used up. */
  readonly status: 403 | 429;
  /** Who shares it. */
  nameFor(caller: Caller): string;
  /** When the window of a moment begins, and when the next one does. */
  windowAt(now: number): { readonly start: number; readonly end: number };
}

/** See https://developers.fattureincloud.it/docs/basics/limits-and-quotas. */
export const quotas: Readonly<Record<QuotaWindow, Quota>> = {
  '5-minutes': {
    limit: 300,
    status: 429,
    nameFor: ({ companyId }) => `5 minutes of company ${companyId}`,
    windowAt: (now) => fixedWindow(now, 5 * 60_000),
  },
  hour: {
    limit: 1_000,
    status: 403,
    nameFor: ({ application, companyId }) => `hour of company ${companyId} and application ${application.id}`,
    windowAt: (now) => fixedWindow(now, 3_600_000),
  },
  month: {
    limit: 40_000,
    status: 403,
    nameFor: ({ application, companyId }) =>
      `month of company ${companyId} and application ${application.id}`,
    windowAt: (now) => {
      const date = new Date(now);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
    },
  },
};

/** What a call gets when a quota is used up. */
export function refuseForQuota(window: QuotaWindow, now: number): ApiRefusal {
  const { limit, status, windowAt } = quotas[window];
  const retryAfter = Math.max(1, Math.ceil((windowAt(now).end - now) / 1_000));
  const span = window === '5-minutes' ? '5 minutes' : window;
  return new ApiRefusal(
    `The quota of ${limit} calls per ${span} is used up. Call again in ${retryAfter} seconds.`,
    { status, retryAfter },
  );
}

function fixedWindow(now: number, length: number): { start: number; end: number } {
  const start = now - (now % length);
  return { start, end: start + length };
}
