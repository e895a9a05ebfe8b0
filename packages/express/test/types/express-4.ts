// Checked by the compiler and never run: the middleware fits the types of Express 4.
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express-4';
import {
  createReceiver,
  type FicEvent,
  ficWebhooks,
  getFicEvent,
  verifyFicWebhook,
} from '../../src/index.js';

const options = { sink: 'https://example.com/webhooks/fic', applicationId: 1234 };
const receiver = createReceiver(options);
const app = express();

app.use(ficWebhooks(receiver));
app.use('/webhooks/fic', ficWebhooks(receiver));
app.use('/webhooks/fic', express.json(), ficWebhooks(options));
app.use(['/one', '/two'], ...ficWebhooks(receiver));
app.all('/webhooks/fic', ficWebhooks(receiver));
Router().use('/fic', ficWebhooks(receiver));
app.use(
  '/webhooks/fic',
  ficWebhooks({ ...options, handlers: { 'entities.clients.*': (event) => event.ids } }),
);

app.all('/custom', verifyFicWebhook(receiver), (request, response) => {
  const event: FicEvent = getFicEvent(request);
  response.json(event.ids);
});
app.all('/custom/:tenant', verifyFicWebhook(receiver), async (request, response) => {
  const tenant: string = request.params['tenant'] ?? '';
  response.json([tenant, getFicEvent(request).id]);
});
app.route('/custom').post(verifyFicWebhook(options), (_request, response) => {
  response.sendStatus(204);
});

const [handler, errorHandler] = ficWebhooks(receiver);
export const asHandler: RequestHandler = handler;
export const asErrorHandler: ErrorRequestHandler = errorHandler;

// @ts-expect-error A typo in an event name is found by the compiler.
ficWebhooks({ ...options, handlers: { 'entities.client.*': () => {} } });
// @ts-expect-error The application id is missing.
verifyFicWebhook({ sink: options.sink });
