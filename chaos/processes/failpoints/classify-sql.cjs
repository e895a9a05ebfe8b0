/** The statements of the inbox that failpoints are about, first match first. */
const patterns = [
  ['begin', /^\s*BEGIN/i],
  ['commit', /^\s*COMMIT/i],
  ['checkpoint', /wal_checkpoint/i],
  ['migrate', /^\s*(CREATE (TABLE|INDEX) fic_webhooks|PRAGMA application_id\s*=)/i],
  ['store', /^\s*INSERT INTO fic_webhooks_items/i],
  ['claim', /^\s*UPDATE fic_webhooks_items SET token = \?2/i],
  // Whatever ends a claim, and the mark of a handler that has succeeded.
  ['verdict', /^\s*(UPDATE fic_webhooks_items SET (token = NULL|handled)|DELETE FROM fic_webhooks_items)/i],
  ['cleanup', /^\s*DELETE FROM fic_webhooks_remembered/i],
];

/** @param {string} sql */
function classify(sql) {
  for (const [what, pattern] of patterns) if (/** @type {RegExp} */ (pattern).test(sql)) return String(what);
  return 'other';
}

module.exports = { classify };
