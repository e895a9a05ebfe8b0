import { createServer } from 'node:http';
import { createReceiver, type FicEvent, type FicReceiver } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import {
  type ConformanceOptions,
  conformanceCaseNames,
  createTestKeyPair,
  runConformance,
  sendOverHttp,
} from '@fic-webhooks/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Listening, listen } from './listen.js';
import { type RecordedAnswer, recordAnswer } from './record-answer.js';

const sink = 'https://example.com/webhooks/fic';
const { privateKey, publicKey } = createTestKeyPair();

/** Starts an app that gives a path of its own to the receiver. */
export type StartAdapter = (receiver: FicReceiver) => Promise<Listening>;

/**
 * Runs the conformance suite over HTTP against an adapter, and compares its answers with those of core on `node:http`.
 *
 * @param differing - The cases whose answers differ, because the platform leaves the adapter no choice.
 */
export function testAdapter(name: string, start: StartAdapter, differing: readonly string[] = []): void {
  describe(name, () => {
    test('conforms', { timeout: 60_000 }, async () => {
      const results = await runConformance(await startEndpoint(start));
      expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
      expect(results).toHaveLength(conformanceCaseNames.length);
    });

    test('answers byte for byte what core answers', { timeout: 60_000 }, async () => {
      const [reference, answers] = await Promise.all([recordAnswers(startCore), recordAnswers(start)]);
      expect(reference.size).toBe(conformanceCaseNames.length);
      for (const [one, answer] of answers) {
        if (differing.includes(one)) expect([one, answer]).not.toEqual([one, reference.get(one)]);
        else expect([one, answer]).toEqual([one, reference.get(one)]);
      }
    });
  });
}

const startCore: StartAdapter = async (receiver) => {
  const handler = createNodeHandler(receiver);
  return listen(createServer((request, response) => handler(request, response)));
};

async function startEndpoint(start: StartAdapter): Promise<ConformanceOptions> {
  const handled: FicEvent[] = [];
  let fails = false;
  const receiver = createReceiver({ sink, applicationId: 1234, publicKeys: publicKey, logger: false });
  receiver.on('*', (event) => {
    if (fails) {
      fails = false;
      throw new Error('made to fail');
    }
    handled.push(event);
  });
  const { url, close } = await start(receiver);
  onTestFinished(async () => {
    await close();
  });
  return {
    sink,
    privateKey,
    send: sendOverHttp(url),
    handled: () => handled,
    failNext: () => {
      fails = true;
    },
  };
}

/** The answers to the requests of each case. */
async function recordAnswers(start: StartAdapter): Promise<Map<string, RecordedAnswer[]>> {
  const options = await startEndpoint(start);
  const recorded = new Map<string, RecordedAnswer[]>();
  for (const name of conformanceCaseNames) {
    const answers: RecordedAnswer[] = [];
    recorded.set(name, answers);
    await runConformance({
      ...options,
      cases: [name],
      async send(request) {
        const answer = await options.send(request);
        answers.push(recordAnswer(answer));
        return answer;
      },
    });
  }
  return recorded;
}
