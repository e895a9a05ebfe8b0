import { once } from 'node:events';
import { createServer } from 'node:http';

/** @typedef {Awaited<ReturnType<typeof startServices>>} Services */

/**
 * What an example calls, in one server: a CRM that takes clients, and the API, which has every invoice. The CRM can be made to
 * keep its callers waiting, so that a handler is in the midst of its work.
 */
export async function startServices() {
  /** @type {number[]} */
  const taken = [];
  let begun = 0;
  let isStuck = false;
  let refusals = 1;
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) body += chunk;
      begun++;
      if (isStuck) return;
      taken.push(...JSON.parse(body).ids);
      response.writeHead(204).end();
    } else if (refusals-- > 0) {
      // As the API does when a quota is used up.
      response.writeHead(403, { 'retry-after': '1' }).end();
    } else {
      const id = Number(request.url?.split('/').at(-1));
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
    /** The ids of all clients that the CRM has taken. */
    taken,
    /** How many calls the CRM has seen, those that wait included. */
    begun: () => begun,
    /** From now on the CRM keeps its callers waiting for good. */
    stick: () => {
      isStuck = true;
    },
    /** The CRM works again. Whoever waits goes on waiting. */
    recover: () => {
      isStuck = false;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
