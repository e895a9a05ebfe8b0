/**
 * @typedef {import('../rows.js').Group} Group
 *
 * @typedef {object} Row One endpoint to try.
 * @property {string} title
 * @property {Group} group
 * @property {import('../rows.js').Version} version
 * @property {Readonly<Record<string, string>>} values Of each factor, the version among them.
 */

/**
 * Every combination of the values of a group.
 *
 * @param {Group} group
 * @returns {Row[]}
 */
export function createRows(group) {
  const factors = { version: Object.keys(group.versions), ...group.factors };
  /** @type {Record<string, string>[]} */
  let combinations = [{}];
  for (const [factor, values] of Object.entries(factors)) {
    combinations = combinations.flatMap((one) => values.map((value) => ({ ...one, [factor]: value })));
  }
  return combinations.map((values) => {
    const { version: name = '', ...others } = values;
    const version = group.versions[name];
    if (version === undefined) throw new Error(`${group.name} has no version ${name}.`);
    // Some frameworks are runtimes themselves.
    const title = [...new Set([`${group.name} ${name}`.trim(), ...Object.values(others)])].join(', ');
    return { title, group, version, values };
  });
}
