// Stands for the system that events go on to: a broker, a function platform, your other service. It knows nothing of
// Fatture in Cloud, only CloudEvents over HTTP.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { HTTP } from 'cloudevents';

const port = Number(process.env.TARGET_PORT ?? 4020);

const server = createServer(async (req, res) => {
  try {
    const events = [HTTP.toEvent({ headers: req.headers, body: await text(req) })].flat();
    for (const { type, subject, data } of events) {
      console.log(`received: ${type} of ${subject}, ${JSON.stringify(data)}`);
    }
    res.writeHead(204).end();
  } catch (error) {
    res.writeHead(400).end(error instanceof Error ? error.message : String(error));
  }
});

server.listen(port, () => {
  console.log(`target listening on port ${port}`);
});
