// npx next build && npx next start, in a copy of this folder outside of the repository. The Node.js runtime.
import { createEndpoint } from '../../endpoint.js';

const answer = createEndpoint(() => process.env);

// What Next.js hands over beside the request is no environment.
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
