import type { ServiceBehaviour } from './service-behaviour.js';

/** A behaviour in words, for the page and the README. */
export interface BehaviourDescription {
  /** What it decides. */
  readonly meaning: string;
  /** The values that there are, the worst for a receiver first where they are named. */
  readonly choices: readonly string[] | 'milliseconds' | 'three spans in milliseconds' | 'a number';
}

/** Every behaviour that Fatture in Cloud does not publish, in words. */
export const behaviourDescriptions: Readonly<Record<keyof ServiceBehaviour, BehaviourDescription>> = {
  answerTimeout: { meaning: 'The time that a sink has for its whole answer.', choices: 'milliseconds' },
  onTimeout: {
    meaning: 'What becomes of an event when the answer is late.',
    choices: ['dropped', 'retried'],
  },
  onReset: {
    meaning: 'What becomes of an event when the connection is refused or breaks.',
    choices: ['dropped', 'retried'],
  },
  retryIntervals: { meaning: 'The time between the four attempts.', choices: 'three spans in milliseconds' },
  retryToken: {
    meaning: 'Whether a retry carries the token of the first attempt, perhaps expired by then, or a new one.',
    choices: ['reused', 'fresh'],
  },
  expiryError: {
    meaning: 'Which error deletes a subscription past its date: any failed attempt, or only a dropped event.',
    choices: ['attempt', 'drop'],
  },
  groupExpansion: {
    meaning:
      'What a group type becomes: its published members, dead ones included; the live ones; or a type that does not exist.',
    choices: ['documented', 'live', 'refused'],
  },
  welcomeDelay: {
    meaning: 'The time from the verification to the welcome event. Others may come first; 0 sends it first.',
    choices: 'milliseconds',
  },
  welcomeBody: { meaning: 'The body of the welcome event.', choices: ['empty', 'null', 'ids'] },
  structuredContentType: {
    meaning: 'The Content-Type in structured mode: both are documented.',
    choices: ['application/json', 'application/cloudevents+json'],
  },
  timeOffset: { meaning: "The offset of an event's time: Italy's, or Z.", choices: ['rome', 'utc'] },
  challengeApplication: {
    meaning: 'Whether the token of a verification request says aid.',
    choices: ['absent', 'present'],
  },
  verificationRetries: {
    meaning: 'Whether a failed verification is repeated every 10 minutes, or waits to be asked for.',
    choices: ['on-request', 'automatic'],
  },
  throttledVerification: {
    meaning:
      'What a verify call gets that comes too early or once too often: success without anything sent, or an error.',
    choices: ['ignored', 'refused'],
  },
  lostSubscription: {
    meaning: 'What becomes of a subscription whose fifth verification failed.',
    choices: ['kept', 'deleted'],
  },
  noWarnings: {
    meaning: 'The value of warnings when there are none.',
    choices: ['null', 'absent', 'empty-list'],
  },
  warnings: { meaning: 'The form of warnings when there are some.', choices: ['list', 'text'] },
  deliveriesAtOnce: {
    meaning: 'Deliveries under way to one sink at the same time. More than one may overtake each other.',
    choices: 'a number',
  },
};
