import { eventTypePrefix, findEventType } from '@fic-webhooks/core/catalogue';
import { z } from 'zod';
import { cutText } from '../cut-text.js';
import type { DeliveryEngine } from '../delivery/delivery-engine.js';
import { EmulatorError } from '../emulator-error.js';
import type { SubscribeOptions, Subscription } from '../model/subscription.js';
import { defaultCompanyId } from '../options/default-application.js';
import { explainIssue } from '../options/explain-issue.js';
import type { Service } from '../service.js';
import { admitTypes } from './admit-types.js';
import { ApiRefusal } from './api-refusal.js';
import { awaitVerification } from './await-verification.js';
import { type Caller, checkCaller } from './caller.js';
import { type CreatedSubscription, createSubscription } from './create-subscription.js';

/** Characters of warnings that an error says again. */
const maximumShown = 1_000;

const shape = z.strictObject({
  sink: z.string(),
  types: z.array(z.string()).min(1),
  companyId: z.int().positive().default(defaultCompanyId),
  applicationId: z.int().positive().optional(),
  mapping: z.enum(['binary', 'structured']).optional(),
  verificationMethod: z.enum(['header', 'query']).optional(),
  waitForVerification: z.boolean().default(true),
});

/**
 * Makes a subscription as the Subscriptions API would, and waits until the sink is verified.
 *
 * @throws EmulatorError `subscription-refused`, and nothing is made: when the API would refuse it, or leave a type out;
 * `subscription-unverified`: the subscription is there, but its sink did not echo the challenge; `emulator-closed` when
 * the emulator was closed or reset before it did.
 */
export async function subscribe(
  service: Service,
  engine: DeliveryEngine,
  options: SubscribeOptions,
): Promise<Subscription> {
  const wanted = check(options);
  const { subscription, verification } = create(service, wanted);
  if (!wanted.waitForVerification) return subscription;
  return awaitVerification(service, engine, { subscription, verification });
}

type Wanted = z.output<typeof shape>;

function create(service: Service, wanted: Wanted): CreatedSubscription {
  const types = wanted.types.map(toFullType);
  try {
    const caller: Caller = { application: findApplication(service, wanted), companyId: wanted.companyId };
    checkCaller(caller);
    const { warnings } = admitTypes(service, caller, { types });
    if (warnings.length > 0) {
      const shown = cutText(warnings.join(' '), maximumShown);
      throw refused(`The service would leave types out: ${shown}`, 'types');
    }
    return createSubscription(service, caller, { ...wanted, types });
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    const [field] = Object.keys(error.details.validationResult ?? {});
    throw refused(error.message, field?.replace(/^data\./, ''));
  }
}

function findApplication({ state }: Service, { applicationId }: Wanted): Caller['application'] {
  const known = state.applications.list();
  const found = applicationId === undefined ? known[0] : known.find(({ id }) => id === applicationId);
  if (found !== undefined) return found;
  throw refused(
    `There is no application ${applicationId}. Known are ${cutText(known.map(({ id }) => id).join(', '))}: add it to the option applications.`,
    'applicationId',
  );
}

function toFullType(type: string): string {
  const entry = findEventType(type);
  if (entry !== undefined) return entry.type;
  return type.startsWith(eventTypePrefix) ? type : eventTypePrefix + type;
}

function check(options: SubscribeOptions): Wanted {
  const { success, data, error } = shape.safeParse(options, { reportInput: true });
  if (success) return data;
  const { field, message } = explainIssue(error, () => shape.keyof().options);
  throw refused(`${field || 'options'}: ${message}`, field || 'options');
}

function refused(message: string, field?: string): EmulatorError {
  return new EmulatorError('subscription-refused', message, field === undefined ? {} : { field });
}
