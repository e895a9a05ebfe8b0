/** The parameters of a statement. */
export interface Parameters {
  /** Values that a list of them must have. */
  readonly count: number;
  /** Names without the character before them. */
  readonly names: ReadonlySet<string>;
  /** Whether some have no name, and can only be given by a list. */
  readonly hasUnnamed: boolean;
}

/**
 * The parameters of a statement that is given in tokens. The driver does not tell them. They are numbered as SQLite does it:
 * see {@link https://www.sqlite.org/lang_expr.html#varparam}.
 */
export function findParameters(tokens: readonly string[]): Parameters {
  let count = 0;
  const named = new Set<string>();
  let hasUnnamed = false;
  for (const token of tokens) {
    if (token.startsWith('?')) {
      hasUnnamed = true;
      count = token === '?' ? count + 1 : Math.max(count, Number(token.slice(1)));
    } else if (/^[$@:#]./u.test(token) && !named.has(token)) {
      named.add(token);
      count++;
    }
  }
  return { count, names: new Set([...named].map((name) => name.slice(1))), hasUnnamed };
}
