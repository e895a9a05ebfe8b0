import { request } from 'undici';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/index.js';
import { type Sink, startSink } from './start-sink.js';

export const companyId = 108061;
export const prefix = 'it.fattureincloud.webhooks.';
export const clientCreated = `${prefix}entities.clients.create`;
export const clientUpdated = `${prefix}entities.clients.update`;

/** A call of the Subscriptions API. */
export interface Call {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS';
  /** After `/c/{company_id}/subscriptions`. */
  path?: string;
  companyId?: number;
  /** `undefined`: no Authorization header at all. */
  authorization?: string | undefined;
  /** Sent as JSON. */
  body?: unknown;
}

/** An answer, its body parsed if there is one. */
interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  // The shape differs from call to call, and every test says which one it expects.
  readonly body: {
    data?: Shown & Shown[];
    warnings?: string[] | string | null;
    error?: { message: string; code?: string; validation_result?: Record<string, string[]> };
  };
  readonly text: string;
}

interface Shown {
  id: string;
  sink: string;
  verified: boolean;
  types: string[];
  config: { mapping: string };
}

/** An emulator on a clock that stands, a sink, and a way to call the API. */
export interface Bench {
  readonly fic: Emulator;
  readonly sink: Sink;
  call(call?: Call): Promise<Answer>;
  /** Creates a subscription to the sink and returns its id. */
  create(types?: readonly string[], data?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export async function startBench(options: EmulatorOptions = {}): Promise<Bench> {
  const sink = await startSink();
  const fic = await startEmulator({ clock: 'manual', logger: false, ...options });
  const call: Bench['call'] = (wanted = {}) => callApi(fic.url, wanted);
  return {
    fic,
    sink,
    call,
    create: async (types = [clientCreated], data = {}) => {
      const answer = await call({ method: 'POST', body: { data: { sink: sink.url, types, ...data } } });
      if (answer.status !== 200) throw new Error(`create: ${answer.status} ${answer.text}`);
      return answer.body.data?.id ?? '';
    },
    close: async () => {
      await fic.close();
      await sink.close();
    },
  };
}

async function callApi(url: string, wanted: Call): Promise<Answer> {
  const { method = 'GET', path = '', companyId: company = companyId, body } = wanted;
  const authorization = 'authorization' in wanted ? wanted.authorization : 'Bearer a/emulator';
  const response = await request(`${url}/c/${company}/subscriptions${path}`, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
    text,
  };
}
