import { withSignal } from '../api/with-signal.js';
import type { Subscription } from '../subscription.js';
import type { EnsureContext } from './ensure-context.js';
import type { EnsureOptions } from './ensure-options.js';
import type { EnsureReport, PlannedAction } from './ensure-report.js';
import { EnsureRun } from './ensure-run.js';
import { type Plan, planSubscription } from './plan-subscription.js';
import { type ResolvedEnsureOptions, resolveEnsureOptions } from './resolve-wanted.js';
import { waitUntilVerified } from './wait-until-verified.js';
import { type Outcome, writeReport } from './write-report.js';

/** Looks at the list in one run. Each further look means that something turned out differently than planned. */
const maximumLooks = 6;

/**
 * Makes the right subscription stand: looks, plans, acts, and looks again, until there is nothing left to write. Then it
 * waits until the sink is verified.
 */
export async function ensureSubscription(
  context: EnsureContext,
  options: EnsureOptions,
): Promise<EnsureReport> {
  const resolved = resolveEnsureOptions(options, context);
  return withSignal({ signals: [context.signal, resolved.signal] }, (signal) =>
    makeItStand(context, resolved, signal),
  );
}

async function makeItStand(
  context: EnsureContext,
  resolved: ResolvedEnsureOptions,
  signal: AbortSignal,
): Promise<EnsureReport> {
  const run = new EnsureRun(context, signal);
  let outcome: Outcome | undefined;
  for (let look = 1; outcome === undefined; look += 1) {
    const existing = await context.client.list({ signal });
    const plan = makePlan(context, run, { existing, resolved });
    const isLast = look === maximumLooks;
    if (resolved.dryRun)
      outcome = { existing, pending: [...plan.actions, ...planVerification(context, plan, resolved)] };
    else if (plan.actions.length > 0 && !isLast) await run.carryOut(plan.actions);
    else outcome = await concludeRun(context, run, { existing, plan, resolved, isLast });
  }
  return writeReport({ ...outcome, resolved, run, context });
}

type Look = { readonly existing: readonly Subscription[]; readonly resolved: ResolvedEnsureOptions };

function makePlan(
  { memory, clock }: EnsureContext,
  { refused }: EnsureRun,
  { existing, resolved }: Look,
): Plan {
  const now = clock.now();
  const isLost = (id: string) => memory.isLost(id, now);
  return planSubscription({ wanted: resolved.wanted, existing, refused, isLost });
}

/** Nothing is left to write: sees to the verification. Undefined when the list has to be looked at again. */
async function concludeRun(
  context: EnsureContext,
  run: EnsureRun,
  { existing, plan, resolved, isLast }: Look & { readonly plan: Plan; readonly isLast: boolean },
): Promise<Outcome | undefined> {
  const { main, actions: pending } = plan;
  if (main === undefined || main.verified) return { existing, pending };
  const [verification] = planVerification(context, plan, resolved);
  const answer = verification === undefined ? 'asked' : await run.verify(verification);
  if ((answer === 'lost' || answer === 'gone') && !isLast) return undefined;
  const isUnderWay = answer === 'asked' && isRecent(context, main.id, resolved.verifyWithin);
  const current = isUnderWay
    ? await waitUntilVerified(context, main, { within: resolved.verifyWithin, signal: run.signal })
    : main;
  if (current === undefined && !isLast) return undefined;
  return { existing: existing.map((one) => (one === main ? (current ?? one) : one)), pending };
}

type Verification = Extract<PlannedAction, { kind: 'verify' }>;

/** A verify call, where there is a subscription that needs one and may have one. */
function planVerification(
  { memory, clock }: EnsureContext,
  { main, actions }: Plan,
  { wanted }: ResolvedEnsureOptions,
): Verification[] {
  // The service sends a request by itself to a sink that is new to it.
  const startsAnyway = actions.some(
    (action) => action.kind === 'create' || (action.kind === 'modify' && action.sink !== undefined),
  );
  if (main === undefined || main.verified || startsAnyway) return [];
  const { nextAt, isLost } = memory.readVerification(main.id);
  if (isLost || clock.now() < nextAt) return [];
  const { verificationMethod } = wanted;
  return [
    {
      kind: 'verify',
      id: main.id,
      ...(verificationMethod !== undefined && { verificationMethod }),
      why: 'It is not verified, and gets no events.',
    },
  ];
}

/** Whether a verification request that was caused not long ago may still be answered. */
function isRecent({ memory, clock }: EnsureContext, id: string, within: number): boolean {
  const { attempts, startedAt } = memory.readVerification(id);
  return attempts > 0 && clock.now() - startedAt <= within;
}
