// Preloaded by readme.test.ts: kills the process right before, or right after, the commit of a transaction that has marked
// an event as processed. Once for each place, which a file remembers.
import { existsSync, writeFileSync } from 'node:fs';
import pg from 'pg';

const { KILL_MARK, KILL_AT } = process.env;
const { query } = pg.Client.prototype;
const marked = new WeakSet();

pg.Client.prototype.query = function (text, ...rest) {
  if (typeof text === 'string' && text.startsWith('INSERT INTO processed')) marked.add(this);
  if (text !== 'COMMIT' || !marked.has(this) || existsSync(KILL_MARK)) return query.call(this, text, ...rest);
  if (KILL_AT === 'before') kill();
  return query.call(this, text, ...rest).then(kill);
};

function kill() {
  writeFileSync(KILL_MARK, '');
  process.kill(process.pid, 'SIGKILL');
}
