import { expect, test } from 'vitest';
import { connect } from '../src/database/connect.js';
import type { Connection, Statement } from '../src/database/connection.js';
import { openDatabase } from '../src/database/open-database.js';
import { refuseForeign } from '../src/database/refuse-foreign.js';
import { temporaryFile } from './support/open-inbox.js';

/** A connection that lets something happen after the first thing that was read. */
function interrupted(connection: Connection, interrupt: () => void): Connection {
  let reads = 0;
  const prepare = (sql: string): Statement => {
    const statement = connection.prepare(sql);
    return {
      run: (parameters) => statement.run(parameters),
      all: (parameters) => statement.all(parameters),
      get: (parameters) => {
        const row = statement.get(parameters);
        if (++reads === 1) interrupt();
        return row;
      },
    };
  };
  return {
    inTransaction: false,
    prepare,
    exec: (sql) => connection.exec(sql),
    close: () => connection.close(),
  };
}

test('an inbox that another process makes at the same moment is not taken for foreign', () => {
  const file = temporaryFile();
  const connection = connect(file);
  const makeInbox = () => openDatabase({ file, durable: false }).close();
  refuseForeign(interrupted(connection, makeInbox), file);
  connection.close();
});

test('a database that another program makes at the same moment is foreign', () => {
  const file = temporaryFile();
  const connection = connect(file);
  const makeTable = () => connection.exec('CREATE TABLE own (id INTEGER)');
  expect(() => refuseForeign(interrupted(connection, makeTable), file)).toThrow('another program');
  connection.close();
});
