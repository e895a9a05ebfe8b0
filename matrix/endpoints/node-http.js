import { createServer } from 'node:http';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { options, port, serveControl } from './settings.js';

const handler = createNodeHandler(options);
createServer((request, response) => handler(request, response)).listen(port, '127.0.0.1', serveControl);
