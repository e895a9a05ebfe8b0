import { sqliteInbox } from '@fic-webhooks/sqlite';

const pass = Reflect.get(globalThis, Symbol.for('chaos.pass')) ?? (() => {});

/**
 * @param {{ file: string }} connection
 */
export async function openBackend({ file }) {
  const inbox = sqliteInbox({ file });
  return {
    inbox,
    /**
     * Effects in the table of the round, which has no unique key: SQLite's own transaction is all that keeps them single.
     *
     * @param {(is: string, event: import('@fic-webhooks/core').FicEvent) => Promise<number>} record
     */
    transactional: (record) =>
      inbox.transactional({
        prepare: async (event) => {
          await record('start', event);
          pass('mid-handler');
          return { id: event.id };
        },
        apply: (transaction, { id }) => {
          transaction.run('INSERT INTO effects (event) VALUES (?)', [id]);
          pass('in-apply');
        },
      }),
  };
}
