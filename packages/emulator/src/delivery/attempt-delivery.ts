import { drawFault } from '../faults/draw-faults.js';
import type { Attempt } from '../model/attempt.js';
import type { Delivery } from '../model/delivery.js';
import type { FaultName } from '../model/fault-settings.js';
import type { Service } from '../service.js';
import { buildRequest, type SignedRequest } from './build-request.js';
import { judgeNotification, judgeVerification } from './judge-answer.js';
import { recordText } from './record-body.js';
import type { SinkClient } from './sink-client.js';

const attemptFaults: readonly FaultName[] = [
  'cut-request',
  'lose-answer',
  'expired-token',
  'wrong-signature',
];

/** Makes one attempt: signs, sends, judges. Nothing is written. */
export async function attemptDelivery(
  service: Service,
  client: SinkClient,
  delivery: Delivery,
): Promise<Attempt> {
  const { behaviour, clock } = service;
  const number = delivery.attempts + 1;
  const faults = chooseFaults(service, delivery, number);
  const at = clock.now();
  const sentAt = Date.now();
  const request = buildRequest(service, delivery, faults);
  const answer = await client.send(request, { timeout: behaviour.answerTimeout, faults });
  const judgement =
    delivery.kind === 'verification'
      ? judgeVerification(answer, delivery)
      : judgeNotification(answer, number, behaviour);
  return { number, at, sentAt, request: recordRequest(request), ...answer, ...judgement, faults };
}

/** What was asked for with the event happens to its first attempt; the dice are thrown for each. */
function chooseFaults(service: Service, delivery: Delivery, number: number): FaultName[] {
  if (delivery.kind === 'verification') return [];
  const settings = service.readFaults();
  return attemptFaults.filter(
    (fault) =>
      (number === 1 && delivery.faults.includes(fault)) ||
      drawFault(settings, fault, `delivery ${delivery.id}, attempt ${number}`),
  );
}

function recordRequest({ method, url, headers, body }: SignedRequest): Attempt['request'] {
  return { method, url, headers: Object.entries(headers), ...recordText(body) };
}
