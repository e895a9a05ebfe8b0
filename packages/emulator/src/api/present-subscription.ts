import type { ServiceBehaviour } from '../model/service-behaviour.js';
import type { Mapping, Subscription } from '../model/subscription.js';

/** A subscription as the API shows it: without its expiry date and the verifications left, which the service hides. */
export interface PresentedSubscription {
  readonly id: string;
  readonly sink: string;
  readonly verified: boolean;
  readonly types: readonly string[];
  readonly config: { readonly mapping: Mapping };
}

/** Shows a subscription as the API does. */
export function presentSubscription(subscription: Subscription): PresentedSubscription {
  const { id, sink, verified, types, mapping } = subscription;
  return { id, sink, verified, types, config: { mapping } };
}

/** The member `warnings` of an answer, in the form that the behaviours `warnings` and `noWarnings` give it. */
export function presentWarnings(
  warnings: readonly string[],
  behaviour: ServiceBehaviour,
): { warnings?: readonly string[] | string | null } {
  if (warnings.length > 0) {
    return { warnings: behaviour.warnings === 'list' ? warnings : warnings.join('\n') };
  }
  switch (behaviour.noWarnings) {
    case 'absent':
      return {};
    case 'empty-list':
      return { warnings: [] };
    case 'null':
      return { warnings: null };
  }
}
