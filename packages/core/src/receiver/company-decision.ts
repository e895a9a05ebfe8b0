import type { FicEvent } from '../events/fic-event.js';
import type { Outcome } from './outcomes.js';
import { messageOf } from './reporter.js';

/**
 * What to do with events of a company. `accept`: handle them. `ignore`: 204 and an alert. `gone`: 410, on which
 * Fatture in Cloud deletes the subscription at once.
 */
export type CompanyDecision = 'accept' | 'ignore' | 'gone';

/**
 * Decides by the id of the company. It has `answerWithin` for that, and `handlerMaxRuntime` where no sender waits: when a
 * dead letter that could not be read is retried.
 *
 * @example
 * ```ts
 * const company: CompanyRule = async (id) => ((await tenants.has(id)) ? 'accept' : 'ignore');
 * ```
 */
export type CompanyRule = (companyId: number) => CompanyDecision | Promise<CompanyDecision>;

/** Asks the rule about an event. Undefined means: go on. Never rejects. */
export async function decideCompany(rule: CompanyRule, event: FicEvent): Promise<Outcome | undefined> {
  if (event.companyId === undefined) return undefined;
  let decision: unknown;
  try {
    decision = await rule(event.companyId);
  } catch (error) {
    return { code: 'company-undecided', detail: messageOf(error) };
  }
  const detail = `company ${event.companyId}.`;
  if (decision === 'accept') return undefined;
  if (decision === 'ignore') return { code: 'company-ignored', detail };
  if (decision === 'gone') return { code: 'company-gone', detail };
  return { code: 'company-undecided', detail: `company() returned ${messageOf(decision)}.` };
}
