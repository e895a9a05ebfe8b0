import type { Delivery } from './delivery.js';
import type { FaultName } from './fault-settings.js';
import type { Mapping } from './subscription.js';

/** Something that happens in a company. */
export interface EmittedEvent {
  /** The company whose data changed: a positive integer. */
  companyId: number;
  /** The type, short (`entities.clients.create`) or full. */
  type: string;
  /** The ids of what changed, at most 10,000. Default one: a number, or a text for `cashbook.*`. */
  ids?: readonly (number | string)[] | undefined;
  /** The content mode, in place of the one of the subscription. */
  mode?: Mapping | undefined;
  /**
   * True: the type need not exist, and every verified subscription of the company gets the event, as if the service had
   * a type that is newer than this emulator. Default false.
   */
  unlisted?: boolean | undefined;
  /** Faults that shall happen to this event: those of the connection and the token happen to its first attempt. */
  faults?: readonly FaultName[] | undefined;
}

/** What became of an event. */
export interface EmitResult {
  /** What is being sent. */
  readonly deliveries: readonly Delivery[];
  /** Why a subscription of the company does not get the event, or, with `subscriptionId: null`, nobody does. */
  readonly notSent: readonly { readonly subscriptionId: string | null; readonly why: string }[];
}
