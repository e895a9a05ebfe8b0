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

/** The first word of statements, given in tokens, that would take the transaction out of our hands, if there is one. */
export function findControl(statements: readonly (readonly string[])[]): string | undefined {
  return statements.map(([first = '']) => first.toUpperCase()).find((word) => refused.has(word));
}
