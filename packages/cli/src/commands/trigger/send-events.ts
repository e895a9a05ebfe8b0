import { randomUUID } from 'node:crypto';
import { SendError, sendOverHttp, signNotification, type TestEvent } from '@fic-webhooks/testing';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import type { DevelopmentKey } from '../../input/read-private-key.js';
import { cleanText } from '../../output/clean-text.js';
import { type Explanation, explainAnswer } from '../../output/explain-answer.js';
import { formatJson } from '../../output/format-json.js';
import { mark } from '../../output/mark.js';
import type { Colors, Output } from '../../output/output.js';
import { findKey } from './find-key.js';
import type { WantedEvent, WantedWay } from './read-trigger.js';
import type { TriggerFlags } from './trigger-command.js';

/** What to send where. */
export interface SendRun {
  readonly wanted: WantedEvent;
  readonly way: Extract<WantedWay, { by: 'command' }>;
  readonly flags: TriggerFlags;
  readonly output: Output;
  readonly environment: NodeJS.ProcessEnv;
}

/** One event, and what came back. */
interface Sent extends Explanation {
  /** The event's id. */
  readonly id: string;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** From the start of the connection to the end of the answer. */
  readonly milliseconds: number;
}

/** Signs the events and sends them one after another. */
export async function sendEvents({ wanted, way, flags, output, environment }: SendRun): Promise<ExitCode> {
  const key = await findKey({ flags, environment, notices: output.notices });
  const send = makeSender({ wanted, way, key });
  const { sink, url } = way;
  const { results } = output;
  const sent: Sent[] = [];
  const progress = await output.startProgress(`Sending to ${url}`);
  try {
    for (let number = 1; number <= wanted.count; number++) {
      if (wanted.count > 1) progress.tell(`Sending ${number} of ${wanted.count} to ${url}`);
      const one = await send();
      sent.push(one);
      if (!flags.json) results.write(formatLine(wanted.type.name, one, results.colors));
    }
  } finally {
    progress.stop();
  }
  if (flags.json) {
    results.write(formatJson({ type: wanted.type.name, sink, url, publicKey: key.publicKey, events: sent }));
  }
  return sent.every(({ delivered }) => delivered) ? exitCodes.done : exitCodes.failed;
}

interface Signing {
  readonly wanted: WantedEvent;
  readonly way: SendRun['way'];
  readonly key: DevelopmentKey;
}

function makeSender({ wanted, way, key }: Signing): () => Promise<Sent> {
  const { type, companyId, ids, mode, timeout } = wanted;
  const { sink, url, applicationId } = way;
  const send = sendOverHttp(url, { timeout });
  return async () => {
    const id = `198:${randomUUID()}`;
    const event: TestEvent = {
      name: type.name,
      id,
      ...(companyId !== undefined && { companyId }),
      ...(ids !== undefined && { ids }),
    };
    const notification = signNotification(event, {
      privateKey: key.privateKey,
      sink,
      ...(applicationId !== undefined && { applicationId }),
      ...(mode !== undefined && { mode }),
    });
    const start = performance.now();
    const outcome = await send(notification).then(
      (answer) => ({ status: answer.status, ...explainAnswer(answer) }),
      (error) => ({ status: null, ...explainSilence(error) }),
    );
    return { id, ...outcome, milliseconds: Math.round(performance.now() - start) };
  };
}

function explainSilence(error: unknown): Explanation {
  if (!(error instanceof SendError)) throw error;
  return {
    delivered: false,
    meaning: `${error.message} Fatture in Cloud does not say whether it would send it again.`,
    code: error.code,
  };
}

function formatLine(type: string, sent: Sent, colors: Colors): string {
  const { delivered, status, milliseconds, meaning, code, hint } = sent;
  const what = [status ?? '---', status === null ? undefined : code]
    .filter((part) => part !== undefined)
    .join(' ');
  const line = `${mark(delivered ? 'ok' : 'problem', colors)} ${type}  ${what} in ${milliseconds} ms. ${cleanText(meaning)}`;
  return hint === undefined ? line : `${line}\n  ${colors.dim(hint)}`;
}
