import { cutText } from '../cut-text.js';
import { EmulatorError } from '../emulator-error.js';
import type { Subscription } from '../model/subscription.js';
import type { Service } from '../service.js';
import type { Caller } from './caller.js';

/**
 * A subscription, and who may change it: whoever sits at the emulator may do what the owner of a subscription may.
 *
 * @throws EmulatorError `subscription-unknown`.
 */
export function findOwned(
  { state }: Service,
  id: string,
): { readonly subscription: Subscription; readonly owner: Caller } {
  const subscription = state.subscriptions.find(id);
  if (subscription === undefined) {
    throw new EmulatorError(
      'subscription-unknown',
      `id: there is no subscription ${JSON.stringify(cutText(id))}. It may have been deleted.`,
      { field: 'id' },
    );
  }
  const { applicationId, companyId } = subscription;
  const application = { id: applicationId, accessToken: '', scopes: null, companies: null, disabled: false };
  return { subscription, owner: { application, companyId } };
}
