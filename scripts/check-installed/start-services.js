import { once } from 'node:events';
import { createServer } from 'node:http';

/** @typedef {Awaited<ReturnType<typeof startServices>>} Services */

/**
 * What an example calls, in one server: a CRM that takes clients, and the API, which has every invoice, and a quota. The CRM can
 * be made to keep its callers waiting, so that a handler is in the midst of its work, or to send them elsewhere.
 */
export async function startServices() {
  /** @type {number[]} */
  const taken = [];
  /** @type {number[]} */
  const read = [];
  let begun = 0;
  /** @type {'works' | 'is stuck' | 'has moved'} */
  let crm = 'works';
  let quota = Number.POSITIVE_INFINITY;
  let isUsedUp = false;
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) body += chunk;
      begun++;
      if (crm === 'is stuck') return;
      if (crm === 'has moved') {
        response.writeHead(302, { location: '/elsewhere' }).end();
        return;
      }
      // Of an event as it is, or as a CloudEvent.
      const { ids, data } = JSON.parse(body);
      taken.push(...(ids ?? data.ids));
      response.writeHead(204).end();
    } else if (read.length >= quota) {
      isUsedUp = true;
      response.writeHead(403, { 'retry-after': '1' }).end();
    } else {
      const id = Number(request.url?.split('/').at(-1));
      read.push(id);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: { id, number: id * 10, amount_gross: id / 2 } }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The services have no port.');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    /** What is posted here is for the CRM, whatever the path. */
    url,
    env: { CRM_URL: `${url}/clients`, FIC_API_URL: url, FIC_ACCESS_TOKEN: 'a/token' },
    /** The ids of all that the CRM has taken. */
    taken,
    /** The ids of all invoices that the API has answered for, in this order. */
    read,
    /** How many calls the CRM has seen, those that wait included. */
    begun: () => begun,
    /** From now on the CRM keeps its callers waiting for good. */
    stick: () => {
      crm = 'is stuck';
    },
    /** From now on the CRM sends its callers to a place that answers 200 for a GET. */
    move: () => {
      crm = 'has moved';
    },
    /** The CRM works again. Whoever waits goes on waiting. */
    recover: () => {
      crm = 'works';
    },
    /** From now on the API answers for so many invoices, and then says that its quota is used up. @param {number} count */
    allow: (count) => {
      quota = read.length + count;
      isUsedUp = false;
    },
    /** Whether the API has refused something since it allowed more. */
    isUsedUp: () => isUsedUp,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
