/**
 * Space and comments, texts and names in quotes, parameters, words, and everything else character by character. As SQLite
 * does it, to which all beyond ASCII is part of a word: see {@link https://www.sqlite.org/src/file/src/tokenize.c}.
 */
const token =
  /([ \t\n\v\f\r\ufeff]+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|\?[0-9]*|[$@:#](?:[\w$\u0080-\u{10ffff}]|::)+(?:\([^ \t\n\v\f\r)]*\))?|[\w\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*|[\s\S]/gu;

/** The tokens of each statement in a text, without space, comments and the semicolons between statements. */
export function splitStatements(sql: string): string[][] {
  const statements: string[][] = [];
  let current: string[] = [];
  // The body of a trigger is statements, too. It ends with END, after a semicolon.
  let isBody = false;
  for (const [text, nothing] of sql.matchAll(token)) {
    if (nothing !== undefined) continue;
    if (text === ';' && !isBody) {
      current = [];
      continue;
    }
    if (current.length === 0) statements.push(current);
    if (isBody && current.at(-1) === ';' && text.toUpperCase() === 'END') isBody = false;
    current.push(text);
    if (current.length <= 3 && isTrigger(current)) isBody = true;
  }
  return statements;
}

/** CREATE [TEMP | TEMPORARY] TRIGGER. */
function isTrigger(tokens: readonly string[]): boolean {
  return /^CREATE (?:TEMP |TEMPORARY )?TRIGGER$/iu.test(tokens.join(' '));
}
