import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import {
  challengeRequest,
  createTestKeyPair,
  runConformance,
  sendOverHttp,
  signNotification,
} from '@fic-webhooks/testing';
import { describe, expect, it } from 'vitest';
import { ficWebhooks } from '../src/index.js';
import { expressVersions } from './express-versions.js';
import { parserSetups } from './parser-setups.js';
import { codeOf, createRecordingReceiver, send, signing, startApp } from './start-app.js';

const path = '/webhooks/fic';

describe.each(expressVersions)('Express %s', (_version, express) => {
  describe.each(parserSetups)('with $name', ({ mount, limits }) => {
    async function start() {
      const recording = createRecordingReceiver();
      const app = express();
      mount(app, express, () => app.use(path, ficWebhooks(recording.receiver)));
      const url = (await startApp(app)) + path;
      return { ...recording, url };
    }

    it('passes the conformance suite', { timeout: 60_000 }, async () => {
      const { url, handled, failNext } = await start();
      const results = await runConformance({
        ...signing,
        send: sendOverHttp(url),
        handled: () => handled,
        failNext,
      });
      expect(results.length).toBeGreaterThan(50);
      const others = results.filter(({ result }) => result !== 'pass');
      expect(others.filter(({ name }) => !limits.includes(name))).toEqual([]);
      for (const { why } of others) expect(why).toContain('got 503 (application/problem+json)');
    });

    it('handles both modes, and a challenge', async () => {
      const { url, handled } = await start();
      for (const mode of ['binary', 'structured'] as const) {
        const { status } = await send(url, signNotification({ ids: [1, 2] }, { ...signing, mode }));
        expect(status).toBe(204);
      }
      const contentType = 'application/json';
      const json = signNotification({ ids: [1, 2] }, { ...signing, mode: 'structured', contentType });
      expect((await send(url, json)).status).toBe(204);
      expect(handled.map(({ ids, mode }) => [ids, mode])).toEqual([
        [[1, 2], 'binary'],
        [[1, 2], 'structured'],
        [[1, 2], 'structured'],
      ]);
      const challenge = challengeRequest({ ...signing, method: 'query' });
      expect(JSON.parse((await send(url, challenge)).body)).toEqual({ verification: challenge.challenge });
    });

    it.each([
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ])('handles a body in %s', async (encoding, compress) => {
      const { url, handled } = await start();
      const { headers, body } = signNotification({ ids: [7] }, signing);
      const request = { headers: { ...headers, 'Content-Encoding': encoding }, body: compress(body) };
      expect((await send(url, request)).status).toBe(204);
      expect(handled).toMatchObject([{ ids: [7] }]);
    });

    it.each([
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
    ])('answers 503 when a body in %s breaks off', async (encoding, compress) => {
      const { url, handled } = await start();
      const { headers, body } = signNotification({ ids: [7] }, signing);
      const cut = compress(body).subarray(0, -9);
      const answer = await send(url, { headers: { ...headers, 'Content-Encoding': encoding }, body: cut });
      expect(answer.status).toBe(503);
      expect(codeOf(answer)).toMatch(/^body-/);
      expect(handled).toEqual([]);
    });

    it('answers malformed JSON with 503 and not with HTML, and 401 without a token', async () => {
      const { url, handled } = await start();
      const { headers } = signNotification({}, { ...signing, contentType: 'application/json' });
      const answer = await send(url, { headers, body: '{"data":' });
      expect([answer.status, codeOf(answer)]).toEqual([503, 'body-malformed']);
      const { Authorization: _, ...anonymous } = headers;
      const refused = await send(url, { headers: anonymous, body: '{"data":' });
      expect([refused.status, codeOf(refused)]).toEqual([401, 'token-missing']);
      expect(handled).toEqual([]);
    });

    it('handles a charset that no parser knows', async () => {
      const { url } = await start();
      const contentType = 'application/json; charset=x-unknown';
      const { status } = await send(url, signNotification({}, { ...signing, contentType }));
      expect(status).toBe(limits.includes('charset') ? 503 : 204);
    });
  });

  describe("with express.json({ limit: '1b' })", () => {
    it('answers 503 to what is signed, 401 to what is not, and handles nothing', async () => {
      const { receiver, handled } = createRecordingReceiver();
      const app = express();
      app.use(express.json({ limit: '1b' }));
      app.use(path, ficWebhooks(receiver));
      const url = (await startApp(app)) + path;
      const answer = await send(url, signNotification({}, signing));
      expect([answer.status, codeOf(answer)]).toEqual([503, 'body-too-large']);
      const forged = signNotification(
        {},
        { ...signing, signWith: createTestKeyPair().privateKey, claims: { aid: 1 } },
      );
      const refused = await send(url, forged);
      expect([refused.status, codeOf(refused)]).toEqual([401, 'token-untrusted']);
      expect(handled).toEqual([]);
    });
  });

  describe('with a parser that reads the body and keeps nothing', () => {
    it('answers 503 and names the culprit in the log', async () => {
      const lines: string[] = [];
      const log = (line: string) => {
        lines.push(line);
      };
      const { receiver } = createRecordingReceiver({ logger: { warn: log, error: log } });
      const app = express();
      app.use((request, _response, next) => {
        request.on('data', () => {});
        request.on('end', () => next());
      });
      app.use(path, ficWebhooks(receiver));
      const answer = await send((await startApp(app)) + path, signNotification({}, signing));
      expect([answer.status, codeOf(answer)]).toEqual([503, 'body-consumed']);
      expect(lines.join('\n')).toContain('mounted before the webhook');
    });
  });
});
