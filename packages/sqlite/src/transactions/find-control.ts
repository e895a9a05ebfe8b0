/** Statements that begin, end or leave a transaction, or that cannot be taken back with it. */
const refused: ReadonlySet<string> = new Set([
  'BEGIN',
  'COMMIT',
  'END',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
  'ATTACH',
  'DETACH',
  'VACUUM',
  'PRAGMA',
]);

/** Comments, texts and names in quotes, words, and everything else character by character. See {@link https://www.sqlite.org/lang.html}. */
const token =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|[\p{L}\p{N}_$]+|\S/gu;

/**
 * The first word of SQL that would take the transaction out of our hands, if there is one.
 *
 * @param sql - One statement or several.
 */
export function findControl(sql: string): string | undefined {
  let words: string[] = [];
  for (const [text] of sql.matchAll(token)) {
    if (text.startsWith('--') || text.startsWith('/*')) continue;
    if (text === ';') {
      // The body of a trigger is statements, too. It ends with END, after a semicolon.
      if (!isTrigger(words)) words = [];
      else words = words.slice(0, 4).concat(';');
      continue;
    }
    const word = text.toUpperCase();
    if (isTrigger(words) && words.at(-1) === ';' && word === 'END') {
      words = ['END OF TRIGGER'];
      continue;
    }
    if (words.length === 0 && refused.has(word)) return word;
    words.push(word);
  }
  return undefined;
}

/** CREATE [TEMP | TEMPORARY] TRIGGER. */
function isTrigger(words: readonly string[]): boolean {
  return words[0] === 'CREATE' && words.slice(1, 3).includes('TRIGGER');
}
