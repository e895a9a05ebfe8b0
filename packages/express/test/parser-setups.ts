import type { IncomingMessage } from 'node:http';
import type { Express } from 'express';
import type { ExpressModule } from './express-versions.js';

/** A way in which an application mounts its body parsers around the webhook. */
export interface ParserSetup {
  readonly name: string;
  /** Mounts parsers, and the webhook among them. */
  readonly mount: (app: Express, express: ExpressModule, mountWebhook: () => void) => void;
  /**
   * Requests, none of them in the form that Fatture in Cloud sends, which this parser consumes and cannot read: the
   * answer must be 503 all the same. Names of conformance cases, and `charset`.
   */
  readonly limits: readonly string[];
}

/** No parser of Express knows deflate without the zlib header. */
const rawDeflate = 'event: deflate without the zlib header';
/** Longer than the 100 kB that parsers take by default. */
const longBody = 'body: lists nested 100,000 deep';
const form = 'event: media type application/x-www-form-urlencoded';

/** Keeps the bytes beside the parsed body: the usual recipe for other webhooks that sign the body. */
function keepRawBody(request: IncomingMessage, _response: unknown, bytes: Uint8Array): void {
  Object.assign(request, { rawBody: bytes });
}

function before(
  name: string,
  limits: readonly string[],
  makeParsers: (express: ExpressModule) => unknown[],
): ParserSetup {
  return {
    name,
    limits,
    mount(app, express, mountWebhook) {
      for (const parser of makeParsers(express)) app.use(parser as ReturnType<ExpressModule['json']>);
      mountWebhook();
    },
  };
}

/** All of them leave every genuine notification readable. */
export const parserSetups: readonly ParserSetup[] = [
  before('no parser', [], () => []),
  {
    name: 'express.json() after the webhook',
    limits: [],
    mount(app, express, mountWebhook) {
      mountWebhook();
      app.use(express.json());
    },
  },
  before('express.json()', [rawDeflate, longBody], (express) => [express.json()]),
  before("express.json({ type: '*/*' })", [rawDeflate, longBody], (express) => [
    express.json({ type: '*/*' }),
  ]),
  before('express.json({ strict: false })', [rawDeflate, longBody], (express) => [
    express.json({ strict: false, type: '*/*' }),
  ]),
  before('express.json({ inflate: false })', [longBody], (express) => [express.json({ inflate: false })]),
  before("express.text({ type: '*/*' })", [rawDeflate, longBody, 'charset'], (express) => [
    express.text({ type: '*/*' }),
  ]),
  before("express.raw({ type: '*/*' })", [rawDeflate, longBody], (express) => [express.raw({ type: '*/*' })]),
  before('express.urlencoded()', [form], (express) => [express.urlencoded({ extended: true })]),
  before('express.json({ verify }) that keeps rawBody', [rawDeflate, longBody], (express) => [
    express.json({ verify: keepRawBody }),
  ]),
  before('json, urlencoded, text and raw', [rawDeflate, longBody, form], (express) => [
    express.json(),
    express.urlencoded({ extended: false }),
    express.text(),
    express.raw(),
  ]),
];
