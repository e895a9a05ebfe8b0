// bun bun.js
import { createEndpoint } from './endpoint.js';

const answer = createEndpoint(() => process.env);

// biome-ignore lint/style/noDefaultExport: Bun serves the default export.
export default {
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  fetch: (request) => answer(request, process.env),
};
