/** Failpoints of every part, and their chances: see `supervise/choose-arms.js`. */

/** Around the request and its answer. */
export const receiving = [
  { point: 'body-read', chance: 1 / 300 },
  { point: 'answer-half', chance: 1 / 300 },
  { point: 'answered', chance: 1 / 300 },
];

/** In the handlers of the application. */
export const working = [
  { point: 'mid-handler', chance: 1 / 200 },
  { point: 'after-effect', chance: 1 / 200 },
];
