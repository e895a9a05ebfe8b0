/** Things worth a word that do not change the answer. */
interface NoticeRow {
  readonly title: string;
  /** Told to `onAlert` too. */
  readonly alert?: true;
  readonly cause: string;
  readonly cure: string;
}

export const notices = {
  'application-seen': {
    title: 'An event of an application was accepted because `applicationId` is any.',
    alert: true,
    cause: 'The option is set so. Anyone who registers an application can send genuine events to this sink.',
    cure: 'Put the id of your own application into the option.',
  },
  'specversion-unexpected': {
    title: 'An event has another CloudEvents version than 1.0, or none. It was handled all the same.',
    alert: true,
    cause: 'Fatture in Cloud moved to another version.',
    cure: 'Update this package, and report the case.',
  },
  'completion-failed': {
    title: 'An event was handled, but the store could not be told.',
    cause: 'The store was unreachable at that moment, or the handler ran for longer than its lease.',
    cure: 'None needed for handlers that may run twice. Look at the store if it happens often.',
  },
  'release-failed': {
    title: 'An event failed, and its claim could not be released.',
    cause: 'The store was unreachable at that moment.',
    cure: 'None needed: the claim ends by itself after its lease.',
  },
  'finished-late': {
    title: 'A handler ended after the answer had to be given.',
    cause: 'The handler is slow: Fatture in Cloud was told to try again.',
    cure: 'Do slow work after the answer: use an inbox, or hand over to a queue in the handler.',
  },
  'dead-letter': {
    title: 'A stored event waits for a person.',
    alert: true,
    cause: 'The reason is in this line.',
    cure: 'Look at the dead letters, and retry or discard them: `inbox.deadLetters`, or `fic-webhooks inbox list`.',
  },
  'inbox-stale': {
    title: 'Stored events grow old: nobody works on them, or not fast enough.',
    alert: true,
    cause: 'No process with handlers works through the inbox, or its handlers are slow or fail often.',
    cure: 'Start a worker with `receiver.work()`, raise `worker.concurrency`, or look at the failures of the handlers.',
  },
  'worker-trouble': {
    title: 'The worker met trouble with its inbox, and goes on.',
    alert: true,
    cause:
      'The store behind the inbox was unreachable, full, slow or refused at that moment: the error is in this line.',
    cure: 'Look at the store if it happens often. An event whose end could not be stored is handled again.',
  },
  'worker-failed': {
    title: 'The worker could not be started: stored events are not handled by this process.',
    alert: true,
    cause: 'The inbox refused its store at the check: the error is in this line.',
    cure: 'Mend what the error says. It is tried again every minute, without a restart.',
  },
} as const satisfies Record<string, NoticeRow>;

/** The stable code of a notice. */
export type NoticeCode = keyof typeof notices;
