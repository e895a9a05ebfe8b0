import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import { describe, expect, it } from 'vitest';
import { toReceiverRequest, toResponse } from '../src/index.js';
import { createRecordingReceiver, signing, summarize, toRequest } from './start-endpoint.js';

describe('a route of its own', () => {
  const { receiver, handled } = createRecordingReceiver();

  async function route(request: Request): Promise<Response> {
    const result = await receiver.verify(toReceiverRequest(request));
    if (result.kind === 'respond') return toResponse(result.response);
    return Response.json(result.event.ids, { status: 201 });
  }

  it('gets the event, and answers by itself', async () => {
    const response = await route(toRequest(signNotification({ ids: [3] }, signing)));
    expect([response.status, await response.json()]).toEqual([201, [3]]);
    expect(handled).toEqual([]);
  });

  it('does not see the challenge, the welcome event and refusals', async () => {
    const challenge = challengeRequest(signing);
    expect(await (await route(toRequest(challenge))).json()).toEqual({ verification: challenge.challenge });
    const welcome = signNotification({ name: 'subscriptions.welcome' }, signing);
    expect((await route(toRequest(welcome))).status).toBe(204);
    expect(await summarize(await route(toRequest({ body: '{}' })))).toBe('401 token-missing');
    expect(await summarize(await route(toRequest({ method: 'PUT' })))).toBe('405 method-not-allowed');
  });

  it('can keep the instance alive for callbacks', async () => {
    const work: Promise<unknown>[] = [];
    const alerting = createRecordingReceiver({ onAlert: async () => {} });
    const request = toRequest(signNotification({}, { ...signing, applicationId: 7 }));
    const options = { waitUntil: (promise: Promise<unknown>) => work.push(promise) };
    await alerting.receiver.verify(toReceiverRequest(request, options));
    expect(work).toHaveLength(1);
  });
});
