/** Failpoints of every part. */

/** Around the request and its answer. */
export const receiving = ['body-read', 'answer-half', 'answered'];

/** In the handlers of the application. */
export const working = ['mid-handler', 'after-effect'];
