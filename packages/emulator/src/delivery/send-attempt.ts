import type { Attempt } from '../model/attempt.js';
import type { Service } from '../service.js';
import type { BegunAttempt } from './begin-attempt.js';
import type { SignedRequest } from './build-request.js';
import { judgeNotification, judgeVerification } from './judge-answer.js';
import { recordText } from './record-body.js';
import type { SinkClient } from './sink-client.js';

/** Sends an attempt and judges what comes back. Nothing is written. Never rejects. */
export async function sendAttempt(
  { behaviour }: Service,
  client: SinkClient,
  { delivery, request, ...attempt }: BegunAttempt,
): Promise<Attempt> {
  const { number, faults } = attempt;
  const answer = await client.send(request, { timeout: behaviour.answerTimeout, faults });
  const judgement =
    delivery.kind === 'verification'
      ? judgeVerification(answer, delivery)
      : judgeNotification(answer, number, behaviour);
  return { ...attempt, request: recordRequest(request), ...answer, ...judgement };
}

function recordRequest({ method, url, headers, body }: SignedRequest): Attempt['request'] {
  return { method, url, headers: Object.entries(headers), ...recordText(body) };
}
