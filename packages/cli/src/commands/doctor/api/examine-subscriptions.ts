import { FicApiError, type RateLimit, type Subscription } from '@fic-webhooks/core/subscriptions';
import { openClient } from '../../../api/open-client.js';
import { failureHints } from '../../../output/failure-hints.js';
import type { Progress } from '../../../output/progress.js';
import { type Check, ok, problem } from '../check.js';
import type { WantedExamination } from '../read-doctor.js';
import { checkQuota } from './check-quota.js';
import { checkSinkString } from './check-sink-string.js';
import { checkConflicts, checkDeadTypes, checkMissingTypes } from './check-types.js';
import { checkVerified } from './check-verified.js';

/** What the API says. */
export interface Situation extends WantedExamination {
  /** Every subscription of the application in the company. */
  readonly existing: readonly Subscription[];
  /** Those whose sink is the wanted one, to the letter. */
  readonly standing: readonly Subscription[];
  readonly rateLimit: RateLimit;
}

/** Looks at the subscriptions, with one call that changes nothing. */
export async function examineSubscriptions(wanted: WantedExamination, progress: Progress): Promise<Check[]> {
  progress.tell('Reading the subscriptions');
  const client = openClient(wanted.settings, progress);
  const { companyId } = wanted.settings;
  let existing: readonly Subscription[];
  try {
    existing = await client.list();
  } catch (error) {
    if (!(error instanceof FicApiError)) throw error;
    const cure = failureHints[error.code] ?? 'Mend that first: the rest could not be checked.';
    return [problem('api', error.message, cure)];
  }
  const standing = existing.filter(({ sink }) => sink === wanted.sink);
  const situation: Situation = { ...wanted, existing, standing, rateLimit: client.rateLimit };
  const readable = ok(
    'api',
    `The access token can read the subscriptions of company ${companyId}: there are ${existing.length}.`,
  );
  return [
    readable,
    checkSinkString(situation),
    checkVerified(situation),
    checkDeadTypes(situation),
    checkMissingTypes(situation),
    checkConflicts(situation),
    checkQuota(situation),
  ];
}
