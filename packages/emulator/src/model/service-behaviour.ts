/**
 * What Fatture in Cloud does not publish, each as an option. The defaults are the worst for a receiver, so that what
 * passes here works there.
 */
export interface ServiceBehaviour {
  /** Milliseconds that a sink has for its whole answer. Default 5,000. */
  answerTimeout: number;
  /** What becomes of an event when the sink's answer is late. Default `dropped`. */
  onTimeout: 'dropped' | 'retried';
  /** What becomes of an event when the connection is refused or breaks. Default `dropped`. */
  onReset: 'dropped' | 'retried';
  /** Milliseconds between the four attempts. Default 1 minute, 10 minutes, 1 hour. */
  retryIntervals: readonly [number, number, number];
  /** Whether a retry carries the token of the first attempt, perhaps expired by then, or a new one. Default `reused`. */
  retryToken: 'reused' | 'fresh';
  /** Which error deletes a subscription past its date: any failed attempt, or only a dropped event. Default `attempt`. */
  expiryError: 'attempt' | 'drop';
  /** What a group type becomes: its published members, dead ones included; the live ones; or a type that does not exist. Default `documented`. */
  groupExpansion: 'documented' | 'live' | 'refused';
  /** Milliseconds from the verification to the welcome event: others may come first. Default 2,000; 0 sends it first. */
  welcomeDelay: number;
  /** The body of the welcome event. Default `empty`: no body at all. */
  welcomeBody: 'empty' | 'null' | 'ids';
  /** The Content-Type in structured mode: both are documented. Default `application/json`. */
  structuredContentType: 'application/json' | 'application/cloudevents+json';
  /** The offset of the `time` attribute. Default `rome`: summer or winter time of Italy. */
  timeOffset: 'rome' | 'utc';
  /** Whether the token of a verification request says `aid`. Default `absent`. */
  challengeApplication: 'absent' | 'present';
  /** Whether the service repeats a failed verification by itself, every 10 minutes, or waits to be asked. Default `on-request`. */
  verificationRetries: 'on-request' | 'automatic';
  /** What a verify call gets that comes too early or once too often: an error, or success without anything sent. Default `ignored`. */
  throttledVerification: 'ignored' | 'refused';
  /** What becomes of a subscription whose fifth verification failed. Default `kept`: listed, and never verified. */
  lostSubscription: 'kept' | 'deleted';
  /** The value of `warnings` when there are none. Default `null`. */
  noWarnings: 'null' | 'absent' | 'empty-list';
  /** The form of `warnings` when there are some. Default `list`. */
  warnings: 'list' | 'text';
  /** Deliveries under way to one sink at the same time, fewer when many sinks are busy: more than one may overtake each other. Default 16. */
  deliveriesAtOnce: number;
}

/** Every behaviour at its worst: the default. */
export const worstBehaviour: ServiceBehaviour = {
  answerTimeout: 5_000,
  onTimeout: 'dropped',
  onReset: 'dropped',
  retryIntervals: [60_000, 600_000, 3_600_000],
  retryToken: 'reused',
  expiryError: 'attempt',
  groupExpansion: 'documented',
  welcomeDelay: 2_000,
  welcomeBody: 'empty',
  structuredContentType: 'application/json',
  timeOffset: 'rome',
  challengeApplication: 'absent',
  verificationRetries: 'on-request',
  throttledVerification: 'ignored',
  lostSubscription: 'kept',
  noWarnings: 'null',
  warnings: 'list',
  deliveriesAtOnce: 16,
};
