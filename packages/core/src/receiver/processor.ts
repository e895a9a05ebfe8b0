import type { Notification } from '../events/parse-notification.js';
import type { TokenClaims } from '../token/claims.js';
import type { Exchange } from './exchange.js';
import type { Outcome } from './outcomes.js';
import type { ReceiverRequest } from './receiver-request.js';

/** One notification to process. */
export interface Delivery {
  readonly notification: Notification;
  readonly claims: TokenClaims;
  readonly exchange: Exchange;
  /** Where it came from, where its lines go, and what keeps the process alive after its answer. */
  readonly scope: ReceiverRequest;
}

/** What becomes of an event that is genuine, well-formed and ours: chosen once, when the receiver is made. */
export interface Processor {
  process(delivery: Delivery): Outcome | Promise<Outcome>;
  /** Looks at what came to an end before there was such an event. Absent: it is the answer. */
  refuse?(outcome: Outcome, exchange: Exchange, scope: ReceiverRequest): Outcome | Promise<Outcome>;
  /** Resolves once nothing goes on any more. */
  idle(): Promise<void>;
}
