/** @import { RequestListener, Server } from 'node:http' */

/**
 * Makes a fresh application that remembers no event. A framework that makes its own server gives that, not listening yet.
 *
 * @typedef {(publicKey: string, onHandled: () => void) => Application | Promise<Application>} ApplicationFactory
 */

/** @typedef {RequestListener | Server} Application */

/**
 * The applications of one framework that are compared, by name.
 *
 * @typedef {Readonly<Record<string, ApplicationFactory>>} Applications
 */

/**
 * @param {string} framework - A file of `applications`.
 * @param {string} name
 * @returns {Promise<ApplicationFactory>}
 * @throws {Error} When there is no such application.
 */
export async function loadApplication(framework, name) {
  /** @type {{ applications: Applications }} */
  const { applications } = await import(`./applications/${framework}.js`);
  const create = applications[name];
  if (create === undefined) throw new Error(`No application of ${framework} is called ${name}.`);
  return create;
}
