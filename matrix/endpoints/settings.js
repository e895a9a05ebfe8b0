import { createServer } from 'node:http';
import { answerControl, handle } from './ledger.js';

/** What the matrix tells a program of Node.js. */
const {
  PORT,
  CONTROL_PORT,
  FIC_SINK = '',
  FIC_APPLICATION_ID,
  FIC_PUBLIC_KEY = '',
  ROW = '{}',
} = process.env;

export const port = Number(PORT);
export const path = '/webhooks/fic';

/** The values of the row, such as `{ body: 'rawBody' }`. */
export const row = JSON.parse(ROW);

/** What every receiver here is made with, save its handlers. */
export const settings = {
  sink: FIC_SINK,
  applicationId: Number(FIC_APPLICATION_ID),
  publicKeys: FIC_PUBLIC_KEY,
};

/** The same, with one handler for everything. */
export const options = { ...settings, handlers: { '*': handle } };

/** Serves the control on a port of its own, so that nothing of it stands in the framework under test. */
export function serveControl() {
  createServer((request, response) => {
    const answer = answerControl(request.url ?? '');
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer);
  }).listen(Number(CONTROL_PORT), '127.0.0.1');
}
