import { expect, test } from 'vitest';
import { connect } from '../src/database/connect.js';
import { type Connection, readPragma, type Statement } from '../src/database/connection.js';
import { copyLog } from '../src/thread/copy-log.js';
import { temporaryFile } from './support/open-inbox.js';

const write = (connection: Connection) =>
  connection.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
    INSERT INTO letters SELECT randomblob(4000) FROM n`);

/** Copies a log of some hundred pages, and gives how often it was copied from. */
function countPasses(afterPass: (writer: Connection, pass: number) => void): number {
  const file = temporaryFile();
  const writer = connect(file);
  readPragma(writer, 'journal_mode = WAL');
  writer.exec('PRAGMA wal_autocheckpoint = 0; CREATE TABLE letters (text BLOB)');
  write(writer);
  const reader = connect(file);
  let passes = 0;
  copyLog({
    prepare(sql): Statement {
      const statement = reader.prepare(sql);
      return {
        run: (parameters) => statement.run(parameters),
        all: (parameters) => statement.all(parameters),
        get: (parameters) => {
          const row = statement.get(parameters);
          if (sql.includes('wal_checkpoint')) afterPass(writer, ++passes);
          return row;
        },
      };
    },
  });
  writer.close();
  reader.close();
  return passes;
}

test('what was copied as a whole is not copied from again', () => {
  expect(countPasses(() => {})).toBe(1);
});

test('what was written during a pass is copied by the next one', () => {
  const passes = countPasses((writer, pass) => {
    if (pass === 1) write(writer);
  });
  expect(passes).toBe(2);
});
