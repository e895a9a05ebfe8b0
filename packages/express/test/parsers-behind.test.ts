import { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { signNotification } from '@fic-webhooks/testing';
import type { Express, RequestHandler } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliver, deliveries } from '../../core/test/node/deliver.js';
import { type CompanyDecision, getFicEvent, verifyFicWebhook } from '../src/index.js';
import { type ExpressModule, expressVersions } from './express-versions.js';
import { receiverOptions, signing, startApp } from './start-app.js';

/** What of an app stands behind the webhook. */
interface Behind {
  readonly parsers: RequestHandler[];
  readonly handler: RequestHandler;
}

type Arrange = (app: Express, express: ExpressModule, behind: Behind) => void;

const arrangements: [string, Arrange][] = [
  [
    'before a route of its own',
    (app, _express, { parsers, handler }) => {
      app.use('/custom', verifyFicWebhook(receiverOptions));
      app.use(parsers);
      app.post('/custom', handler);
    },
  ],
  [
    'as further arguments of use',
    (app, _express, { parsers, handler }) => {
      app.use('/custom', verifyFicWebhook(receiverOptions), parsers, handler);
    },
  ],
  [
    'as further arguments of a route',
    (app, _express, { parsers, handler }) => {
      app.all('/custom', verifyFicWebhook(receiverOptions), parsers, handler);
    },
  ],
  [
    'in a router',
    (app, express, { parsers, handler }) => {
      const router = express.Router();
      router.use(verifyFicWebhook(receiverOptions));
      router.use(parsers);
      router.post('/', handler);
      app.use('/custom', router);
    },
  ],
];

const parserLists: [string, (express: ExpressModule) => RequestHandler[]][] = [
  ['express.json()', (express) => [express.json()]],
  ['express.json() for all types', (express) => [express.json({ type: '*/*' })]],
  ['express.urlencoded() for all types', (express) => [express.urlencoded({ type: '*/*', extended: true })]],
  ['express.text() for all types', (express) => [express.text({ type: '*/*' })]],
  ['express.raw() for all types', (express) => [express.raw({ type: '*/*' })]],
];

/** A handler that writes down what it sees. */
function createRecorder() {
  const seen: { mode: string; ids: readonly unknown[]; body: unknown }[] = [];
  const handler: RequestHandler = (request, response) => {
    const { mode, ids } = getFicEvent(request);
    seen.push({ mode, ids, body: request.body });
    response.sendStatus(204);
  };
  return { seen, handler };
}

type Notification = Parameters<typeof deliver>[1];

/** Sends one notification in all ways, and gives the status of each answer. */
async function deliverAll(url: string, notification: Notification): Promise<unknown[]> {
  const answers = deliveries.map(async (delivery) => [
    delivery,
    (await deliver(url, notification, delivery)).status,
  ]);
  return Promise.all(answers);
}

/** Writes a notification on a connection of its own, and waits for nothing. */
function writeNotification(socket: Socket, url: string, lengthOf: (body: string) => number): void {
  const { headers, body } = signNotification({ ids: [1] }, signing);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`POST /custom HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${lengthOf(body)}\r\n`);
  socket.write(`${lines.join('')}\r\n${body}`);
}

/** The same status for all ways. */
function all(status: number): unknown[] {
  return deliveries.map((delivery) => [delivery, status]);
}

describe.each(expressVersions)('parsers behind verifyFicWebhook in Express %s', (version, express) => {
  describe.each(arrangements)('%s', (_, arrange) => {
    it.each(parserLists)('%s leaves the event to the handler', async (_, makeParsers) => {
      const { seen, handler } = createRecorder();
      const app = express();
      arrange(app, express, { parsers: makeParsers(express), handler });
      const url = `${await startApp(app)}/custom`;
      for (const mode of ['binary', 'structured'] as const) {
        seen.length = 0;
        const notification = signNotification({ ids: [1] }, { ...signing, mode });
        expect(await deliverAll(url, notification)).toEqual(all(204));
        expect(seen).toEqual(deliveries.map(() => ({ mode, ids: [1], body: undefined })));
      }
    });
  });

  it('leave a compressed body to the handler', async () => {
    const { seen, handler } = createRecorder();
    const app = express();
    app.use('/custom', verifyFicWebhook(receiverOptions), express.json(), handler);
    const url = `${await startApp(app)}/custom`;
    const { headers, body } = signNotification({ ids: [1] }, signing);
    const compressed = { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipSync(body) };
    expect(await deliverAll(url, compressed)).toEqual(all(204));
    expect(seen).toHaveLength(deliveries.length);
  });

  it('leave the body that a parser before has made as it is', async () => {
    const { seen, handler } = createRecorder();
    const app = express();
    app.use(express.json());
    app.use('/custom', verifyFicWebhook(receiverOptions));
    app.use(express.json({ type: '*/*' }));
    app.post('/custom', handler);
    const url = `${await startApp(app)}/custom`;
    // What express.json() makes of a media type that it does not know.
    const unknown = version.startsWith('4.') ? {} : undefined;
    for (const [mode, body] of [
      ['binary', { data: { ids: [1] } }],
      ['structured', unknown],
    ] as const) {
      seen.length = 0;
      const notification = signNotification({ ids: [1] }, { ...signing, mode });
      expect(await deliverAll(url, notification)).toEqual(all(204));
      expect(seen).toEqual(deliveries.map(() => ({ mode, ids: [1], body })));
    }
  });

  it('read the body of other paths as ever', async () => {
    const app = express();
    app.use('/custom', verifyFicWebhook(receiverOptions));
    app.use(express.json());
    app.post('/other', (request, response) => {
      response.json(request.body);
    });
    const request = { headers: { 'Content-Type': 'application/json' }, body: '{"read":true}' };
    const url = `${await startApp(app)}/other`;
    for (const delivery of deliveries) {
      expect(await deliver(url, request, delivery)).toMatchObject({ status: 200, body: request.body });
    }
  });

  it('do not keep an event from the handler whose sender has hung up', async () => {
    const { seen, handler } = createRecorder();
    const socket = new Socket();
    let hungUp: Promise<void> | undefined;
    const app = express();
    app.use((request, _response, next) => {
      hungUp = new Promise((resolve) => request.once('close', resolve));
      next();
    });
    // The body has been read by then.
    const company = async (): Promise<CompanyDecision> => {
      socket.destroy();
      await hungUp;
      return 'accept';
    };
    app.use('/custom', verifyFicWebhook({ ...receiverOptions, company }), express.json(), handler);
    const url = await startApp(app);
    writeNotification(socket, url, (body) => body.length);
    await expect.poll(() => seen).toEqual([{ mode: 'binary', ids: [1], body: undefined }]);
  });

  it('do not make an event wait for the end of a body that somebody else reads', async () => {
    const { seen, handler } = createRecorder();
    const socket = new Socket();
    const app = express();
    app.use((request, _response, next) => {
      request.once('data', (rawBody) => {
        Object.assign(request.pause(), { rawBody });
        next();
      });
    });
    app.use('/custom', verifyFicWebhook(receiverOptions), handler);
    const url = await startApp(app);
    onTestFinished(() => {
      socket.destroy();
    });
    writeNotification(socket, url, (body) => body.length + 1);
    await expect.poll(() => seen).toEqual([{ mode: 'binary', ids: [1], body: undefined }]);
  });
});
