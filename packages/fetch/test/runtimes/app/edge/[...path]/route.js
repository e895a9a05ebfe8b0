// The edge runtime, which Next.js 16 calls deprecated, under /edge/webhooks/fic.
import { createEndpoint } from '../../../endpoint.js';

export const runtime = 'edge';

const answer = createEndpoint(() => process.env);
const handle = (request) => answer(request, process.env);

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
