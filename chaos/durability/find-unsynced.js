/**
 * @typedef {object} Call A system call that has ended, with success.
 * @property {string} name
 * @property {string} file What its descriptor leads to, as strace names it: a path, or the two ends of a connection.
 * @property {string} text The rest of its arguments.
 * @property {number} result
 * @property {number} from Its place in the order of all beginnings and ends.
 * @property {number} to
 */

const whole = /^(\d+) +(\w+)\((.*)\) += (-?\d+)/;
const begun = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/;
const ended = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/;

/**
 * Reads what `strace -f -yy` wrote. A thread that has to wait for its call to begin or to end until strace has taken note
 * cannot have told another one of it before: what one call brought about comes after it.
 *
 * @param {string} log
 * @returns {Call[]}
 */
export function readCalls(log) {
  /** @type {Call[]} */
  const calls = [];
  /** @type {Map<string, { text: string, from: number }>} */
  const open = new Map();
  for (const [place, line] of log.split('\n').entries()) {
    const start = begun.exec(line);
    if (start !== null) {
      open.set(`${start[1]} ${start[2]}`, { text: String(start[3]), from: place });
      continue;
    }
    const [, thread, name = '', text, result] = whole.exec(line) ?? ended.exec(line) ?? [];
    if (text === undefined || Number(result) < 0) continue;
    const before = open.get(`${thread} ${name}`);
    open.delete(`${thread} ${name}`);
    const all = `${before?.text ?? ''}${text}`;
    const file = /^\d+<(.*?)>(?:,|$)/.exec(all)?.[1] ?? '';
    calls.push({ name, file, text: all, result: Number(result), from: before?.from ?? place, to: place });
  }
  return calls;
}

/**
 * Looks for answers of 202 that were given although what had come was not on the disk yet: after the last of the request
 * was read, something must have been written to the log of the database, then the log synced, and only then the answer
 * written.
 *
 * @param {readonly Call[]} calls
 * @returns {{ answers: number, unsynced: string[] }}
 */
export function findUnsynced(calls) {
  const isLog = (/** @type {Call} */ { file }) => file.endsWith('-wal');
  const written = calls.filter((call) => /^p?write/.test(call.name) && isLog(call));
  const synced = calls.filter((call) => /^(fsync|fdatasync)$/.test(call.name) && isLog(call));
  /** @type {Map<string, number>} */
  const lastRead = new Map();
  let answers = 0;
  const unsynced = [];
  for (const call of calls) {
    if (!call.file.startsWith('TCP')) continue;
    if (/^(read|recv)/.test(call.name) && call.result > 0) lastRead.set(call.file, call.to);
    if (!/^(write|writev|send)/.test(call.name) || !call.text.includes('HTTP/1.1 202')) continue;
    answers++;
    const read = lastRead.get(call.file);
    const isSafe =
      read !== undefined &&
      synced.some(
        (sync) => sync.to < call.from && written.some((write) => write.from > read && write.to < sync.from),
      );
    if (!isSafe) unsynced.push(`the 202 on ${call.file} in line ${call.from + 1}`);
  }
  return { answers, unsynced };
}
