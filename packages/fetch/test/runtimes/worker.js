// Bundled and served by workerd.js.
import { createEndpoint } from './endpoint.js';

// biome-ignore lint/style/noDefaultExport: Workers serve the default export.
export default { fetch: createEndpoint((env) => env) };
