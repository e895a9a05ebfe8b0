import { describe, expect, test } from 'vitest';
import { splitStatements } from '../src/transactions/split-statements.js';

const trigger = `CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN
  INSERT INTO b VALUES ('x;y'); -- no end; here
  SELECT CASE WHEN 1 THEN 2 END;
END`;

describe('statements', () => {
  test.each([
    ['', 0],
    [' ;; -- a', 0],
    ['SELECT 1', 1],
    ['SELECT 1;', 1],
    ['; SELECT 1; ; /* a; b */ -- c; d', 1],
    ["SELECT ';', \"a;b\", `c;d`, [e;f], 'it''s; '", 1],
    ['SELECT 1; SELECT 2', 2],
    ['SELECT 1; COMMIT', 2],
    ['SELECT 1;\u00a0', 2],
    [trigger, 1],
    [`${trigger};`, 1],
    [`${trigger}; SELECT 1`, 2],
    [`${trigger}; ${trigger}`, 2],
    ['CREATE TABLE trigger (id); SELECT 1', 2],
    ['CREATE VIEW trigger AS SELECT 1; SELECT 1', 2],
    ["SELECT 'not closed; SELECT 1", 1],
  ])('%j has %i', (sql, count) => {
    expect(splitStatements(sql)).toHaveLength(count);
  });
});
