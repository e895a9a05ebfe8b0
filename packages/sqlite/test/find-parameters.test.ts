import Database from 'libsql';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../src/database/connection.js';
import { findParameters } from '../src/transactions/find-parameters.js';
import { splitStatements } from '../src/transactions/split-statements.js';

const parametersOf = (sql: string) => findParameters(splitStatements(sql)[0] ?? []);

describe('parameters', () => {
  test.each([
    ['SELECT 1', 0, []],
    ['SELECT \'?\', ":a", [:a], `:a`, \':a\' FROM (SELECT 1 AS ":a") -- ? :a', 0, []],
    ['SELECT /* ? */ a$b FROM (SELECT 1 AS a$b)', 0, []],
    ['SELECT ?, ?', 2, []],
    ['SELECT ?2, ?, ?1, ?2', 3, []],
    ['SELECT ?, ?007', 7, []],
    ['SELECT :a, @b, $c, :a', 3, ['a', 'b', 'c']],
    ['SELECT :a, @a, $a', 3, ['a']],
    ['SELECT ?5, :a, ?', 7, ['a']],
    ['SELECT:caffè+:_x1-:1a', 3, ['caffè', '_x1', '1a']],
    ['SELECT $a::b(c), ?', 2, ['a::b(c)']],
    ['SELECT 1 IN(:a,:b)', 2, ['a', 'b']],
    ["SELECT '{}' ->> '$.a', x'00', 1.5e3, :a", 1, ['a']],
    ['SELECT \'it\'\'s ?\', "a""?", ? FROM (SELECT 1 AS "a""?")', 1, []],
  ])('%j has %i', (sql, count, names) => {
    const found = parametersOf(sql);
    expect([found.count, [...found.names]]).toEqual([count, names]);
    // As SQLite itself numbers them: it tells the number of each in its program.
    const database = new Database(':memory:') as unknown as Connection;
    const program = database.prepare(`EXPLAIN ${sql}`).all([]) as { opcode: string; p1: number }[];
    const numbers = program.filter(({ opcode }) => opcode === 'Variable').map(({ p1 }) => p1);
    expect(Math.max(0, ...numbers)).toBe(count);
  });
});
