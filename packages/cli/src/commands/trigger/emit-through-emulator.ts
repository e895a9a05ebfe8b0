import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery, EmitResult } from '@fic-webhooks/emulator';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { cleanText } from '../../output/clean-text.js';
import { formatJson } from '../../output/format-json.js';
import { mark } from '../../output/mark.js';
import type { Colors, Output } from '../../output/output.js';
import { EmulatorClient } from './emulator-client.js';
import type { WantedEvent } from './read-trigger.js';

/** As `defaultCompanyId` of the emulator, whose import would take longer than all the rest here. */
const usualCompanyId = 108061;

/** Milliseconds between two looks at a delivery. */
const interval = 50;

/** What an emulator shall send. */
export interface EmitRun {
  readonly wanted: WantedEvent;
  /** Such as `http://127.0.0.1:4010`. */
  readonly emulator: string;
  readonly json: true | undefined;
  readonly output: Output;
}

/**
 * Lets a running emulator send the events to all its subscribers, and waits for the first attempt of each delivery.
 *
 * @throws CommandError `emulator-unreachable`, `emulator-refused`
 */
export async function emitThroughEmulator({ wanted, emulator, json, output }: EmitRun): Promise<ExitCode> {
  const client = new EmulatorClient(emulator);
  const progress = await output.startProgress(`Waiting for the emulator at ${emulator}`);
  try {
    const { deliveries, notSent } = await emit(client, wanted);
    const ends = Date.now() + wanted.timeout;
    const tried: Delivery[] = [];
    for (const { id } of deliveries) tried.push(await awaitAttempt(client, id, ends));
    if (json)
      output.results.write(formatJson({ type: wanted.type.name, emulator, deliveries: tried, notSent }));
    else for (const line of formatLines(tried, notSent, output.results.colors)) output.results.write(line);
    const allArrived = tried.length > 0 && tried.every(({ state }) => state === 'delivered');
    return allArrived ? exitCodes.done : exitCodes.failed;
  } finally {
    progress.stop();
  }
}

async function emit(client: EmulatorClient, wanted: WantedEvent): Promise<EmitResult> {
  const { type, companyId = usualCompanyId, ids, mode, unlisted, count } = wanted;
  const results: EmitResult[] = [];
  for (let number = 0; number < count; number++) {
    results.push(await client.emit({ type: type.name, companyId, ids, mode, ...(unlisted && { unlisted }) }));
  }
  return {
    deliveries: results.flatMap(({ deliveries }) => deliveries),
    // The same for each event.
    notSent: results[0]?.notSent ?? [],
  };
}

async function awaitAttempt(client: EmulatorClient, id: number, ends: number): Promise<Delivery> {
  for (;;) {
    const delivery = await client.findDelivery(id);
    if (isTried(delivery) || Date.now() >= ends) return delivery;
    await delay(interval);
  }
}

function isTried({ state, attempts }: Delivery): boolean {
  return state !== 'sending' && (state !== 'pending' || attempts > 0);
}

function formatLines(tried: readonly Delivery[], notSent: EmitResult['notSent'], colors: Colors): string[] {
  const lines = tried.map(({ id, sink, state, lastStatus, attempts, reason }) => {
    const finding = state === 'delivered' ? 'ok' : attempts === 0 ? 'unchecked' : 'problem';
    const why =
      reason ??
      (attempts === 0 ? 'It was not tried yet: its time has not come, or a delivery before it hangs.' : '');
    return `${mark(finding, colors)} #${id} ${cleanText(sink)}  ${lastStatus ?? '---'}  ${cleanText(why)}`.trimEnd();
  });
  for (const { subscriptionId, why } of notSent) {
    lines.push(`${mark('warning', colors)} ${subscriptionId ?? 'To nobody'}: not sent. ${cleanText(why)}`);
  }
  if (tried.length === 0) lines.push('Nothing was sent.');
  return lines;
}
