import type { InboxPayload, NewInboxItem } from '@fic-webhooks/core';
import { parseJson } from './parse-json.js';
import { storableText } from './storable-text.js';

/** What a job of BullMQ holds for us. Dashboards show it. */
export interface JobData {
  /** The version of this shape. */
  readonly v: 1;
  readonly key: string;
  readonly name: string;
  readonly receivedAt: number;
  readonly retention: number;
  /** The names of the handlers that have succeeded. */
  readonly handled: readonly string[];
  /** How often it had stalled when crashes began to be counted: BullMQ's own count is never set back. */
  readonly stalledBefore: number;
  /** The same count when crashes made it a dead letter: a dashboard that retries it changes nothing here. */
  readonly stalledAtBurial?: number;
  /** When it was taken back from the dead letters. */
  readonly requeuedAt?: number;
  readonly payload: InboxPayload | { readonly kind: 'encoded'; readonly json: string };
}

/** The data of a new job. */
export function writeJobData({ key, name, receivedAt, retention, payload }: NewInboxItem): JobData {
  return {
    v: 1,
    key,
    name: storableText(name),
    receivedAt,
    retention,
    handled: [],
    stalledBefore: 0,
    payload: makeStorable(payload),
  };
}

/** The data of a job, or undefined for a job that is none of ours. */
export function readJobData(data: unknown): JobData | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { v, key, payload } = data as Partial<JobData>;
  return v === 1 && typeof key === 'string' && typeof payload === 'object' && payload !== null
    ? (data as JobData)
    : undefined;
}

/** The data of a job as it is kept, or undefined for what is none of ours, or is no JSON any more. */
export function parseJobData(json: string): JobData | undefined {
  return readJobData(parseJson(json));
}

/** What was put in. */
export function readPayload({ payload }: JobData): InboxPayload {
  if (payload.kind !== 'encoded') return payload;
  const text = Buffer.from(String(payload.json), 'base64').toString();
  return (parseJson(text) as InboxPayload | undefined) ?? { kind: 'damaged', text };
}

/**
 * PostgreSQL's jsonb takes neither U+0000 nor half a surrogate pair, and whoever may send events may write them into one.
 *
 * https://www.postgresql.org/docs/current/datatype-json.html
 */
function makeStorable(payload: InboxPayload): JobData['payload'] {
  const json = JSON.stringify(payload);
  return /\\u(?:0000|d[89a-f])/i.test(json)
    ? { kind: 'encoded', json: Buffer.from(json).toString('base64') }
    : payload;
}
