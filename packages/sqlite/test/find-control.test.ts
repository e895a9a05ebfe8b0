import { describe, expect, test } from 'vitest';
import { findControl } from '../src/transactions/find-control.js';
import { splitStatements } from '../src/transactions/split-statements.js';

const trigger = `CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN
  INSERT INTO b VALUES ('x;y'); -- COMMIT
  SELECT CASE WHEN 1 THEN 2 END;
END`;

describe('control of transactions', () => {
  test.each([
    ['COMMIT', 'COMMIT'],
    ['commit;', 'COMMIT'],
    ['  /* a */ -- b\n rollback to x', 'ROLLBACK'],
    ['INSERT INTO a VALUES (1); END TRANSACTION', 'END'],
    ['INSERT INTO a VALUES (1);;; ; BEGIN', 'BEGIN'],
    ["INSERT INTO a VALUES ('it''s; '); SAVEPOINT a", 'SAVEPOINT'],
    ['SELECT 1; RELEASE a', 'RELEASE'],
    ["ATTACH 'x' AS y", 'ATTACH'],
    ['PRAGMA user_version = 2', 'PRAGMA'],
    ['VACUUM', 'VACUUM'],
    [`${trigger}; COMMIT`, 'COMMIT'],
    [`${trigger}; ${trigger}; COMMIT`, 'COMMIT'],
    ['CREATE TABLE trigger_a (id); COMMIT', 'COMMIT'],
    // Its name needs no quotes.
    ['CREATE TABLE trigger (id); COMMIT', 'COMMIT'],
    ['SELECT "a;b", `c;d`, [e;f]; DETACH x', 'DETACH'],
    ['COMMIT/* not closed', 'COMMIT'],
  ])('%j has %s', (sql, word) => {
    expect(findControl(splitStatements(sql))).toBe(word);
  });

  test.each([
    '',
    ';',
    'INSERT INTO commits VALUES (1)',
    "SELECT 'a; COMMIT'",
    'SELECT "; COMMIT"',
    'SELECT [; COMMIT]',
    'SELECT 1 -- ; COMMIT',
    'SELECT 1 /* ; COMMIT */',
    'SELECT CASE WHEN 1 THEN 2 END',
    trigger,
    `${trigger};`,
    'CREATE TABLE begin_end (commit_at TEXT)',
    "SELECT 'not closed; COMMIT",
  ])('%j has none', (sql) => {
    expect(findControl(splitStatements(sql))).toBeUndefined();
  });
});
