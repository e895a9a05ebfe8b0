import type { Application } from '../model/application.js';
import { noPermission } from './api-refusal.js';

/** Who calls the Subscriptions API, and for which company. */
export interface Caller {
  readonly application: Application;
  readonly companyId: number;
}

/**
 * Checks that an application may act for a company at all.
 *
 * @throws ApiRefusal 403 `NO_PERMISSION`.
 */
export function checkCaller({ application, companyId }: Caller): void {
  if (application.disabled) {
    throw noPermission(`Application ${application.id} is disabled. Enable it, or use the token of another.`);
  }
  if (application.companies !== null && !application.companies.includes(companyId)) {
    throw noPermission(
      `The access token does not see company ${companyId}. Ask its owner for access, or use another token.`,
    );
  }
}
