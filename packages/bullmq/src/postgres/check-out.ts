import type { EventEmitter } from 'node:events';
import type { PgPool, PgPoolClient } from 'bullmq';
import { view } from './view.js';

type Connect = (taken: (error: Error | undefined, client?: PgPoolClient & EventEmitter) => void) => void;

/**
 * A connection of somebody else's pool whose end is heard until it is released. The pool hears it only while nobody uses
 * it, and an error that nobody hears ends the process; that of a query says what has happened.
 */
export function checkOut(pool: PgPool): Promise<PgPoolClient> {
  return new Promise((resolve, reject) => {
    // Called back at the moment at which the pool stops to listen: its promise would tell later.
    (pool.connect as Connect).call(pool, (error, client) => {
      if (client === undefined) {
        reject(error);
        return;
      }
      const hear = () => {};
      client.on('error', hear);
      const release = (broken?: boolean) => {
        // The pool listens again from then on.
        client.release(broken);
        client.off('error', hear);
      };
      resolve(view<PgPoolClient>(client, { release }));
    });
  });
}
