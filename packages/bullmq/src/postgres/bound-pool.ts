import type { PgPool } from 'bullmq';
import { checkOut } from './check-out.js';
import { view } from './view.js';

/** Milliseconds for a query: pg then says that it failed, and its connection is thrown away. */
export const queryWithin = 1_100;

type Query = (text: unknown, ...rest: unknown[]) => unknown;

/**
 * A view of somebody else's pool in which every query ends in time. Without it a connection that carries nothing any more
 * would be waited for until the operating system gives it up, which takes many minutes. The pool itself, and the queries
 * that its owner makes, stay as they are.
 */
export function boundPool(pool: PgPool): PgPool {
  return view(pool, {
    query: boundQuery(pool, queryWithin),
    connect: async () => boundClient(await checkOut(pool), queryWithin),
  });
}

/** A view of a connection in which every query may take so many milliseconds. */
export function boundClient<Client extends { query: unknown } & object>(
  client: Client,
  milliseconds: number,
): Client {
  return view(client, { query: boundQuery(client, milliseconds) });
}

function boundQuery(target: { query: unknown }, milliseconds: number): Query {
  const query = (target.query as Query).bind(target);
  return (text, ...rest) =>
    typeof text === 'string'
      ? query({ text, ...(rest.length > 0 ? { values: rest[0] } : {}), query_timeout: milliseconds })
      : query(text, ...rest);
}
