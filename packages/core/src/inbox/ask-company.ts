import type { FicEvent } from '../events/fic-event.js';
import { type CompanyRule, decideCompany } from '../receiver/company-decision.js';
import type { Outcome } from '../receiver/outcomes.js';

/** One question about a stored event. */
export interface CompanyQuestion {
  readonly rule: CompanyRule;
  readonly event: FicEvent;
  /** Milliseconds. */
  readonly maxRuntime: number;
  /** Aborts when the claim on the event is lost. */
  readonly signal: AbortSignal;
}

/**
 * Asks the rule about a stored event, for as long as a handler may run: one that never answers must not take a place of
 * the worker, and the lease of the event, for good. Undefined means: go on. `lost`: the answer is for another claim.
 */
export async function askCompany({
  rule,
  event,
  maxRuntime,
  signal,
}: CompanyQuestion): Promise<Outcome | 'lost' | undefined> {
  if (signal.aborted) return 'lost';
  return new Promise((resolve) => {
    const lose = () => end('lost');
    const end = (result: Outcome | 'lost' | undefined) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', lose);
      resolve(result);
    };
    const timer = setTimeout(() => {
      const detail = `company() gave no answer within ${maxRuntime} ms (handlerMaxRuntime).`;
      end({ code: 'company-undecided', detail });
    }, maxRuntime);
    signal.addEventListener('abort', lose);
    void decideCompany(rule, event).then(end);
  });
}
