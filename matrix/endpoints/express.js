import { ficWebhooks } from '@fic-webhooks/express';
import express from 'express';
import { options, path, port, row, serveControl } from './settings.js';

const app = express();
const parts = [() => app.use(path, ficWebhooks(options)), () => app.use(express.json())];
if (row.body === 'express.json() before') parts.reverse();
for (const mount of parts) mount();
app.listen(port, '127.0.0.1', serveControl);
