import { PassThrough } from 'node:stream';
import type { NodeRequest } from '@fic-webhooks/core/node';
import { describe, expect, it } from 'vitest';
import { endBody } from '../src/end-body.js';

/** A stream of which everything that has come is taken out, as the receiver takes it. */
function createTaken(): PassThrough & NodeRequest {
  const stream = new PassThrough();
  stream.write('taken');
  stream.read();
  return stream as unknown as PassThrough & NodeRequest;
}

describe('endBody', () => {
  it('waits for the end that is yet to come', async () => {
    const request = createTaken();
    let ended = false;
    const ending = endBody(request)?.then(() => {
      ended = true;
    });
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    request.end();
    await ending;
    expect(request.readableEnded).toBe(true);
  });

  it.each([
    ['in order', undefined],
    ['with an error', new Error('aborted')],
  ])('does not wait for a request that is closed %s before its end', async (_, error) => {
    const request = createTaken();
    request.on('error', () => {});
    const ending = endBody(request);
    request.destroy(error);
    await ending;
    expect(request.readableEnded).toBe(false);
  });

  it('waits for nothing once the request has ended or is closed', async () => {
    const ended = createTaken();
    ended.end();
    await endBody(ended);
    expect(endBody(ended)).toBeUndefined();
    const closed = createTaken();
    closed.destroy();
    expect(endBody(closed)).toBeUndefined();
    expect(closed).toHaveProperty('_body', true);
  });
});
