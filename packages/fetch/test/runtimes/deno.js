// deno run --allow-net --allow-env --allow-read deno.js
import { createEndpoint } from './endpoint.js';

const settings = Deno.env.toObject();
const answer = createEndpoint(() => settings);

Deno.serve({ port: Number(settings.PORT), hostname: '127.0.0.1' }, (request) => answer(request, settings));
