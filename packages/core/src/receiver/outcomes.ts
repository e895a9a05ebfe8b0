import type { TokenClaims } from '../token/claims.js';
import type { BodyResult } from './receiver-request.js';

/**
 * The one place where a status is decided.
 *
 * Fatture in Cloud retries only 5xx, drops the event on everything else that is not 200, 201, 202 or 204, starts
 * a 10-day clock towards deletion of the subscription, and deletes it at once on 410. Hence the rule: what it
 * signed never gets a 4xx. 4xx is for what cannot come from it.
 */
interface OutcomeRow {
  readonly status: number;
  /** The status when an inbox has kept what came: it is safe then, and needs no retry. */
  readonly kept?: 202;
  /** What the sender reads; no inside detail. Absent for a success, which has no problem body. */
  readonly title?: string;
  /** Trouble that can lose events: told to `onAlert` and logged as an error. */
  readonly alert?: true;
  /** For the log and the alert: the likely cause, and the cure. Rows without it are not logged. */
  readonly cause?: string;
  readonly cure?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const success = (): OutcomeRow => ({ status: 204 });

const unauthorized = (title: string, cause: string, cure: string): OutcomeRow => ({
  status: 401,
  title,
  cause,
  cure,
  headers: { 'www-authenticate': 'Bearer' },
});

/** Signed by Fatture in Cloud, or perhaps so, and not handled: a retry may still save it. */
const saveable = (title: string, cause: string, cure: string) =>
  ({ status: 503, title, alert: true, cause, cure }) satisfies OutcomeRow;

/** As {@link saveable}; an inbox keeps it as a dead letter, when its bytes are there. */
const keepable = (title: string, cause: string, cure: string) =>
  ({ ...saveable(title, cause, cure), kept: 202 }) satisfies OutcomeRow;

/** Fatture in Cloud does not say whether it reads Retry-After; others in between do. Seconds. */
const retrySoon = { 'retry-after': '10' };

/** Nothing is wrong with the notification: another attempt meets a better moment. */
const later = (title: string, cause: string, cure: string): OutcomeRow => ({
  status: 503,
  title,
  cause,
  cure,
  headers: retrySoon,
});

const parserCure = 'Mount the webhook before any body parser, or exempt its path from it.';

/** Every outcome of a request, and what is answered. Nothing else is ever answered. */
export const outcomes = {
  challenged: { status: 200 },
  handled: success(),
  stored: { status: 202 },
  duplicate: { ...success(), kept: 202 },
  unhandled: success(),
  welcome: success(),
  'company-ignored': {
    status: 204,
    kept: 202,
    alert: true,
    cause: 'The `company` option said ignore: the event is about a company that is not served here.',
    cure: 'Delete the subscription of that company, or serve it.',
  },
  'company-gone': {
    status: 410,
    title: 'No events of this company are wanted any more.',
    cause: 'The `company` option said gone.',
    cure: 'None needed: Fatture in Cloud deletes the subscription on this answer.',
  },

  'method-not-allowed': {
    status: 405,
    title: 'Only GET and POST are answered here.',
    cause: 'A browser, a health check or a scanner called the webhook.',
    cure: 'None needed for scanners. Point health checks elsewhere.',
    headers: { allow: 'GET, POST' },
  },
  'challenge-unusable': {
    status: 400,
    title: 'The request carries no usable verification challenge, or more than one.',
    cause:
      'Someone opened the URL with a genuine token but without one challenge of 1 to 1,024 printable characters.',
    cure: 'Check that no proxy strips the header x-fic-verification-challenge or the query.',
  },

  'token-missing': unauthorized(
    'A bearer token is required.',
    'The sender is not Fatture in Cloud, or a proxy strips the Authorization header.',
    'Let the Authorization header through to this path.',
  ),
  'token-repeated': unauthorized(
    'Exactly one Authorization header is required.',
    'A proxy adds an Authorization header of its own.',
    'Exempt this path from it.',
  ),
  'token-malformed': unauthorized(
    'The bearer token is not a well-formed ES256 token.',
    'The sender is not Fatture in Cloud.',
    'None needed unless real events are refused: then look for a proxy that rewrites headers.',
  ),
  'token-untrusted': unauthorized(
    'The bearer token is not signed by a trusted key.',
    'A forgery, or a token of another environment.',
    'None needed unless real events are refused: then check `publicKeys`.',
  ),
  'token-stale': unauthorized(
    'The bearer token expired long ago.',
    'An old token is replayed: it is genuine and expired for more than 24 hours.',
    'Check the clock of this machine if real events are refused.',
  ),

  'signing-key-unknown': saveable(
    'The signing key is not known yet.',
    'Fatture in Cloud signs with a new key, or somebody forges tokens that name this sink.',
    'Compare the published key with `publicKeys`, and add the new one to the list if there is one.',
  ),
  'token-expired': saveable(
    'The bearer token has expired.',
    'The clock of this machine is ahead, or the notification was held up on its way.',
    'Synchronise the clock. If a queue or proxy delays requests, shorten that.',
  ),
  'token-early': saveable(
    'The bearer token is not valid yet.',
    'The clock of this machine is behind.',
    'Synchronise the clock.',
  ),
  'token-claims': saveable(
    'The bearer token lacks a claim, or one has another form than expected.',
    'Fatture in Cloud changed its tokens.',
    'Update this package, and report the case.',
  ),
  'token-issuer': saveable(
    'The bearer token has another issuer than expected.',
    'Fatture in Cloud changed its tokens, or `publicKeys` trusts the key of something else.',
    'Update this package, and check `publicKeys`.',
  ),
  'token-audience': saveable(
    'The bearer token is meant for another sink.',
    'The option `sink` is not exactly the sink of the subscription, or a token for somebody else is replayed here.',
    'Copy the sink from the Subscriptions API to the option, to the letter: slash, case and query count.',
  ),
  'token-application': saveable(
    'The bearer token belongs to another application.',
    'The option `applicationId` is not the application that subscribed, or another application uses this sink.',
    'Set `applicationId` to the id of the application, or to a list of ids.',
  ),
  'event-binding': saveable(
    'The notification is not the one the bearer token was made for.',
    'The event id, subject or source differs from the jti, sub or iss of the token: a token is reused for something else.',
    'None needed unless real events are refused: then look for a proxy that rewrites headers.',
  ),

  'body-too-large': keepable(
    'The body is too large.',
    'A bulk import, or `bodyLimit` or the limit of a body parser is small.',
    'Raise `bodyLimit`, and mount the webhook before any body parser.',
  ),
  'body-late': saveable(
    'The body did not arrive in time.',
    'The connection or a proxy is slow.',
    'Let the proxy buffer requests, or raise `answerWithin`.',
  ),
  'body-aborted': saveable(
    'The body broke off.',
    'The connection was closed before the body had arrived.',
    'Look for time limits of proxies in front of this path.',
  ),
  'body-consumed': saveable(
    'The body was read by another program part.',
    'A body parser read it and kept nothing.',
    parserCure,
  ),
  'body-encoding': keepable(
    'The body has an encoding that cannot be decoded.',
    'The Content-Encoding is none of gzip, deflate and br, or the body is not what it says, or it was decoded before.',
    parserCure,
  ),
  'body-malformed': keepable(
    'The body is not JSON.',
    'A proxy or a body parser changed it, or a token is replayed with another body.',
    parserCure,
  ),
  'event-unreadable': keepable(
    'The request is not a Fatture in Cloud notification.',
    'Fatture in Cloud changed the form of its events, or a token is replayed with another body.',
    'Update this package, and report the case.',
  ),
  conflict: keepable(
    'Another event with the same id has been seen.',
    'The type, subject or ids differ from those of the first: a token is replayed with another body.',
    'Read the state of the resource through the API. If it happens often, the sink URL or a log of it has leaked.',
  ),
  'company-undecided': saveable(
    'It could not be decided whether this company is served here.',
    'The `company` option failed, or returned something else than accept, ignore or gone.',
    'Mend the function: the error is in this line.',
  ),
  'keys-unavailable': saveable(
    'The signing keys cannot be had.',
    'The function given as `publicKeys` failed or returned no usable key.',
    'Mend the function: the error is in this line.',
  ),
  'store-unavailable': {
    ...saveable(
      'The idempotency store cannot be reached.',
      'The store is down, slow, or full of live claims.',
      'Bring the store back, or give it more room.',
    ),
    headers: retrySoon,
  },
  'inbox-unavailable': {
    ...saveable(
      'The event could not be stored.',
      'The store behind the inbox is down, locked, full or refused at its check: the error is in this line.',
      'Bring the store back: what was refused is sent again, four times in all.',
    ),
    headers: retrySoon,
  },
  'inbox-slow': {
    ...saveable(
      'The inbox did not answer in time, so it is not known whether the event is stored.',
      'The store behind the inbox hangs or is very slow.',
      'Look at the store and its disk. The retry finds the event as a duplicate, or stores it.',
    ),
    headers: retrySoon,
  },
  'inbox-overloaded': {
    ...saveable(
      'Too many events wait to be stored.',
      'More than 1,024 writes to the inbox have not ended: its store hangs, or a flood of events.',
      'Look at the store behind the inbox and its disk.',
    ),
    headers: retrySoon,
  },
  internal: saveable(
    'Something went wrong inside.',
    'A defect of this package or of the adapter.',
    'Report the case with this line.',
  ),

  'handler-failed': { status: 500, title: 'A handler failed.' },
  'handler-postponed': { status: 503, title: 'A handler asked for a later retry.' },
  'handler-lost': later(
    'The claim on the event was lost while it was handled.',
    'The store was unreachable or the process stood still for longer than the lease.',
    'Look at the store and at work that blocks the event loop.',
  ),
  deadline: later(
    'The event could not be handled in time.',
    'A handler, the store or the machine is slow: see `stage` in this line.',
    'Do slow work after the answer: use an inbox, or hand over to a queue in the handler.',
  ),
  'in-progress': later(
    'The same event is being handled.',
    'Fatture in Cloud retried while the first delivery still runs.',
    'None needed. If it happens often, handlers are slow.',
  ),
  overloaded: later(
    'Too many requests at once.',
    'More than 256 signature checks are waiting: a flood, or a machine without free cores.',
    'Limit the rate in front of this path, with 503 and never 429.',
  ),
  closing: later(
    'The receiver is closing.',
    'The process shuts down.',
    'None needed: the retry meets its successor.',
  ),
} as const satisfies Record<string, OutcomeRow>;

/**
 * The stable code of an outcome. It stands as `code` in the problem body of a refusal, in alerts and in log lines.
 */
export type OutcomeCode = keyof typeof outcomes;

/** A notification of a genuine sender that could not be read. */
export interface UnreadNotification {
  readonly body: BodyResult;
  readonly claims: TokenClaims;
}

/** What became of a request. Every stage of the pipeline returns either its result or one of these. */
export interface Outcome {
  readonly code: OutcomeCode;
  /** For the log only, never for the sender. */
  readonly detail?: string;
  /** The body of a `challenged` answer. */
  readonly body?: string;
  /** Milliseconds after which a retry makes sense, where something knows better than the table. */
  readonly retryAfter?: number;
  /** True when an inbox has kept what came. */
  readonly kept?: true;
  /** What came, when it could not be read: with an inbox it can still be kept. */
  readonly unread?: UnreadNotification;
}

/** The row of an outcome, with all its optional fields in sight. */
export function describeOutcome(code: OutcomeCode): OutcomeRow {
  return outcomes[code];
}

/** Tells an outcome from the result of a stage. */
export function isOutcome(value: object): value is Outcome {
  return (value as { code?: unknown }).code !== undefined;
}
