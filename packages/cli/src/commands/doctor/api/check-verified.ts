import { type Check, ok, problem, unchecked } from '../check.js';
import type { Situation } from './examine-subscriptions.js';

/** Whether the sink is verified: before that it gets no event. */
export function checkVerified({ standing, settings }: Situation): Check {
  const id = 'verified';
  if (standing.length === 0)
    return unchecked(id, 'There is no subscription of this sink that could be verified.');
  const waiting = standing.filter(({ verified }) => !verified).map((one) => one.id);
  const [first] = waiting;
  if (first === undefined) return ok(id, 'Fatture in Cloud has verified the sink.');
  return problem(
    id,
    `${waiting.join(', ')} ${waiting.length === 1 ? 'is' : 'are'} not verified: no event is sent.`,
    `Mend what is wrong with the sink, then: fic-webhooks subscriptions verify ${first} --company ${settings.companyId}`,
  );
}
