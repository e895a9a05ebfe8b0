import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';

/** What an application brings with it when the webhook is registered. */
export interface AppSetup {
  readonly name: string;
  readonly options?: FastifyServerOptions;
  /** Does to the app what its author does before the webhook comes. */
  readonly prepare?: (app: FastifyInstance) => void;
}

const refuse = () => {
  throw Object.assign(new Error('This parser is for another route.'), { statusCode: 400 });
};

/** In all of them the webhook answers as if it were alone. */
export const appSetups: readonly AppSetup[] = [
  { name: 'nothing else' },
  {
    name: 'parsers of the app for everything',
    prepare(app) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('application/json', { parseAs: 'string' }, refuse);
      app.addContentTypeParser(/^application\/cloudevents/, { parseAs: 'buffer' }, refuse);
      app.addContentTypeParser('*', refuse);
    },
  },
  {
    name: 'no parser at all',
    prepare(app) {
      app.removeAllContentTypeParsers();
    },
  },
  {
    name: 'hooks that wrap and stamp every answer',
    prepare(app) {
      app.addHook('onRequest', async (_request, reply) => {
        reply.headers({ 'x-app': 'yes', 'content-type': 'text/html', 'content-length': '7' });
        reply.header('content-encoding', 'gzip').code(418);
      });
      app.addHook('preSerialization', async (_request, _reply, payload) => ({ wrapped: payload }));
      app.addHook('onSend', async (_request, reply, payload) => {
        reply.code(418);
        return JSON.stringify({ wrapped: payload });
      });
      app.setReplySerializer(() => 'serialized');
      app.setErrorHandler((_error, _request, reply) => reply.code(418).send('error'));
      app.setNotFoundHandler((_request, reply) => reply.code(418).send('not found'));
    },
  },
  {
    name: 'a limit of one byte for bodies',
    options: { bodyLimit: 1 },
  },
  {
    name: 'a hook that puts another stream in place of the body',
    prepare(app) {
      app.addHook('preParsing', async (request, _reply, payload) => {
        // Hooks that decode leave bodies alone that have nothing to decode.
        return request.headers['content-encoding'] === undefined ? payload.pipe(new PassThrough()) : payload;
      });
    },
  },
  {
    name: 'options that change requests and routes',
    options: {
      exposeHeadRoutes: false,
      trustProxy: true,
      onProtoPoisoning: 'remove',
      rewriteUrl: (request) => request.url ?? '/',
    },
  },
];
