/**
 * What the handlers of an endpoint did, for the suite to ask.
 *
 * @typedef {{ id: string, type: string, companyId?: number | undefined, ids: readonly (number | string)[] }} Handled
 */

/** @type {Handled[]} */
const handled = [];
let failing = false;

/**
 * The handler of every event.
 *
 * @param {Handled} event
 */
export function handle({ id, type, companyId, ids }) {
  if (failing) {
    failing = false;
    throw new Error('The matrix asked for this failure.');
  }
  handled.push({ id, type, companyId, ids });
}

/**
 * Answers what the suite asks beside the webhook.
 *
 * @param {string} path
 * @returns {string | undefined} JSON; undefined for a path that is not of the control.
 */
export function answerControl(path) {
  if (path === '/control/handled') return JSON.stringify(handled);
  if (path !== '/control/fail-next') return undefined;
  failing = true;
  return 'true';
}
