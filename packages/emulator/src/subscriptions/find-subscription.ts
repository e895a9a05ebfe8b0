import type { Subscription } from '../model/subscription.js';
import type { Service } from '../service.js';
import { ApiRefusal } from './api-refusal.js';
import type { Caller } from './caller.js';

/** The subscriptions of one application in one company, the oldest first. */
export function listSubscriptions({ state }: Service, { application, companyId }: Caller): Subscription[] {
  return state.subscriptions
    .listOfCompany(companyId)
    .filter(({ applicationId }) => applicationId === application.id);
}

/**
 * A subscription of the caller. Those of other applications and companies do not exist for it.
 *
 * @throws ApiRefusal 404.
 */
export function findSubscription(
  service: Service,
  { application, companyId }: Caller,
  id: string,
): Subscription {
  const found = service.state.subscriptions.find(id);
  if (found?.companyId === companyId && found.applicationId === application.id) return found;
  throw new ApiRefusal(
    `There is no subscription ${id} of this application in company ${companyId}. It may have been deleted, or belong to another application or company.`,
    { status: 404 },
  );
}
