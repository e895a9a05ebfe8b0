import { messageOf } from '../../receiver/reporter.js';
import type { EnsureProblem, EnsureReport } from '../ensure/ensure-report.js';

/**
 * Trouble with a subscription that is kept.
 *
 * @example
 * ```ts
 * keepSubscribed({ client, ensure, onAlert: ({ code, message }) => pager.notify(code, message) });
 * ```
 */
export interface KeeperAlert {
  /**
   * - `check-failed`: the check could not be made; `error` says why.
   * - `subscription-restored`: the subscription was gone, and was made again. Events of the time between are lost.
   * - `subscription-changed`: somebody had changed it, and it was set right.
   * - `verification-lost`: it was verified before, and had to be verified again.
   * - the code of a problem that `ensure` found.
   */
  readonly code:
    | 'check-failed'
    | 'subscription-restored'
    | 'subscription-changed'
    | 'verification-lost'
    | EnsureProblem['code'];
  /** What happened, why, and what to do. */
  readonly message: string;
  /** What the check found; left out when it failed. */
  readonly report?: EnsureReport;
  /** Why the check failed. */
  readonly error?: unknown;
}

/** The alert for a check that failed. */
export function alertFailure(error: unknown): KeeperAlert {
  return {
    code: 'check-failed',
    message: `Nobody knows whether the subscription stands, because the check failed: ${messageOf(error)}`,
    error,
  };
}

/** The alerts that a report gives cause for. `before` is the report of the check before, if there was one. */
export function findAlerts(report: EnsureReport, before: EnsureReport | undefined): KeeperAlert[] {
  const { problems } = report;
  const codes = [...new Set(problems.map(({ code }) => code))];
  return [
    ...findChanges(report, before),
    ...codes.map((code): KeeperAlert => {
      const [first, ...others] = problems.filter((problem) => problem.code === code);
      const more = others.length === 0 ? '' : ` (And ${others.length} more of this kind: see the report.)`;
      return { code, message: `${first?.message ?? ''}${more}`, report };
    }),
  ];
}

function findChanges(report: EnsureReport, before: EnsureReport | undefined): KeeperAlert[] {
  const was = before?.subscription;
  if (was === undefined) return [];
  const { actions } = report;
  if (actions.some(({ kind }) => kind === 'create')) {
    const message =
      `${was.id} was gone and has been made again. It expired after ten days of failed deliveries, the sink answered 410, or ` +
      'somebody deleted it. Events of the time between are lost: list the resources that changed, and look at why deliveries failed.';
    return [{ code: 'subscription-restored', message, report }];
  }
  if (was.verified && actions.some(({ kind }) => kind === 'verify')) {
    const message =
      `${was.id} was verified before and no longer was, so the service was asked to verify it again. Somebody may have changed its ` +
      'sink. Events of the time between are lost: list the resources that changed.';
    return [{ code: 'verification-lost', message, report }];
  }
  if (actions.some(({ kind }) => kind === 'modify' || kind === 'delete')) {
    const message =
      'The subscriptions were not as they were left, and have been set right: ' +
      `${actions.map(({ why }) => why).join(' ')} Look for another program or person that changes them.`;
    return [{ code: 'subscription-changed', message, report }];
  }
  return [];
}
