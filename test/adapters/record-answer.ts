import type { TestResponse } from '@fic-webhooks/testing';

/** What an answer says, whoever asked and when. */
export type RecordedAnswer = Pick<TestResponse, 'status' | 'headers' | 'body'>;

/** Headers that a server adds by itself. */
const ofTheServer = new Set(['date', 'x-powered-by']);

/** Leaves out what differs from run to run: the date, and the challenge that is sent back. */
export function recordAnswer({ status, headers, body }: TestResponse): RecordedAnswer {
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !ofTheServer.has(name))
        .sort(),
    ),
    body: body.replace(/^\{"verification":".*"\}$/s, '{"verification":"…"}'),
  };
}
