/** The statements of the inbox that failpoints are about, first match first. */
const patterns = [
  ['begin', /^\s*BEGIN/i],
  ['commit', /^\s*COMMIT/i],
  ['checkpoint', /wal_checkpoint/i],
  ['migrate', /^\s*(CREATE|ALTER|PRAGMA user_version\s*=)/i],
  ['store', /^\s*INSERT INTO items/i],
  ['claim', /^\s*UPDATE items SET token=\?/i],
  ['verdict', /^\s*UPDATE items SET (state|token=NULL)/i],
  ['cleanup', /^\s*DELETE FROM items/i],
];

/** @param {string} sql */
function classify(sql) {
  for (const [what, pattern] of patterns) if (/** @type {RegExp} */ (pattern).test(sql)) return String(what);
  return 'other';
}

module.exports = { classify };
