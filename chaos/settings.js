/** How the receivers under test are set up. Short times, so that a run meets every one of them often. Milliseconds. */
export const worker = {
  concurrency: 8,
  attempts: 4,
  // A process is killed every second or so, and events that it was handling are no poison.
  crashes: 8,
  firstDelay: 100,
  longestDelay: 1_000,
  lease: 2_000,
};

/** How long a process may take that is ended in peace. Milliseconds. */
export const closeWithin = 5_000;
/** From then on it gives back what it has not finished: the last second is for that. */
export const givesBackAfter = closeWithin - 1_000;

export const applicationId = 1234;
export const sink = 'http://127.0.0.1/webhooks/fic';

/** After the last answer and the last fault: one lease, each backoff once, and what a busy machine adds. */
export const quietWithin = worker.lease + worker.attempts * worker.longestDelay + 5_000;

/** An answer comes within 2 s whatever the store does. What is beyond that is what a busy machine adds. */
export const answeredWithin = 5_000;

/**
 * Fatture in Cloud sends an event up to four times, https://developers.fattureincloud.it. The waits before the second and so
 * on. One of them is longer than a fault, so that few events come to their last request, which has to be left in peace.
 */
export const retryDelays = [400, 4_500, 4_000];
