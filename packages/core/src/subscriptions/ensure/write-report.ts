import type { Subscription } from '../subscription.js';
import type { EnsureContext } from './ensure-context.js';
import type { EnsureProblem, EnsureReport, PlannedAction } from './ensure-report.js';
import type { EnsureRun } from './ensure-run.js';
import { explainRefused, explainTaken, explainUnsettled, explainUnverified } from './explain-problems.js';
import { rankSubscriptions } from './rank-subscriptions.js';
import type { ResolvedEnsureOptions } from './resolve-wanted.js';

/** What a run came to. */
export interface Outcome {
  /** The subscriptions as they are now. */
  readonly existing: readonly Subscription[];
  /** What would still have to be written: the plan of a dry run, or more than one run does. */
  readonly pending: readonly PlannedAction[];
}

interface ReportInput extends Outcome {
  readonly resolved: ResolvedEnsureOptions;
  readonly run: EnsureRun;
  readonly context: EnsureContext;
}

/** Says how things stand, and what stands in the way. */
export function writeReport(input: ReportInput): EnsureReport {
  const { existing, pending, resolved, run } = input;
  const { wanted, dryRun } = resolved;
  const onSink = existing.filter(({ sink }) => sink === wanted.sink);
  const [subscription, ...siblings] = rankSubscriptions(onSink, wanted.types);
  const covered = new Set(onSink.flatMap(({ types }) => types));
  const missing = wanted.types.filter((type) => !covered.has(type));
  const isPlanned = dryRun && pending.length > 0;
  const absences = explainMissing(input, { missing, isStanding: subscription !== undefined });
  const isUnsettled = !dryRun && pending.length > 0 && !absences.some(({ code }) => code === 'unsettled');
  return {
    status: isPlanned
      ? 'planned'
      : missing.length === wanted.types.length
        ? 'missing'
        : subscription?.verified !== true
          ? 'unverified'
          : missing.length > 0
            ? 'incomplete'
            : 'ready',
    ...(subscription !== undefined && { subscription }),
    others: siblings.filter(({ types }) => types.some((type) => wanted.types.includes(type))),
    missing,
    actions: dryRun ? pending : run.actions,
    problems: [
      ...absences,
      ...(subscription === undefined || isPlanned ? [] : explainVerification(subscription, input)),
      ...(isUnsettled ? [explainUnsettled()] : []),
    ],
    warnings: run.warnings,
  };
}

function explainMissing(
  { existing, pending, resolved: { wanted, dryRun }, run }: ReportInput,
  { missing, isStanding }: { readonly missing: readonly string[]; readonly isStanding: boolean },
): EnsureProblem[] {
  const planned = new Set(dryRun ? pending.flatMap(listAdditions) : []);
  return missing
    .filter((type) => !planned.has(type))
    .map((type) => {
      const holder = existing.find(({ types }) => types.includes(type));
      if (holder !== undefined) return explainTaken(type, { wanted, holder, isStanding });
      const warning = run.refused.get(type);
      return warning === undefined ? explainUnsettled(type) : explainRefused(type, warning);
    });
}

function listAdditions(action: PlannedAction): readonly string[] {
  if (action.kind === 'create') return action.types;
  return action.kind === 'modify' ? (action.types ?? action.add) : [];
}

function explainVerification(
  subscription: Subscription,
  { run, context: { memory, clock } }: ReportInput,
): EnsureProblem[] {
  if (subscription.verified) return [];
  const { startedAt, nextAt } = memory.readVerification(subscription.id);
  const retryAfter = nextAt - clock.now();
  const wasTried = startedAt >= run.startedAt;
  return [
    explainUnverified(subscription, {
      retryAfter: retryAfter > 0 ? retryAfter : undefined,
      isThrottled: !wasTried && retryAfter > 0,
    }),
  ];
}
