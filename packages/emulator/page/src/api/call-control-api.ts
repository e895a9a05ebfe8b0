import type { ErrorView } from '../../../src/control/views.js';
import { ControlError } from './control-error.js';

/** A call of the control API. */
export interface ControlCall {
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Below `/_emulator/`, such as `deliveries/12`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/**
 * Calls the emulator that served this page.
 *
 * @returns The JSON of the answer; undefined when there is none.
 * @throws ControlError for everything but success, with a message in words.
 */
export async function callControlApi<Answer>(call: ControlCall): Promise<Answer> {
  const text = await callForText(call);
  if (text === '') return undefined as Answer;
  const json = readJson(text);
  if (json === undefined) {
    throw new ControlError(
      `The answer to ${call.method ?? 'GET'} ${call.path} is not JSON. Perhaps something other than the emulator listens here now.`,
    );
  }
  return json as Answer;
}

/**
 * Calls the emulator that served this page.
 *
 * @returns The answer as it is.
 * @throws ControlError for everything but success, with a message in words.
 */
export async function callForText({ method = 'GET', path, body }: ControlCall): Promise<string> {
  const response = await send(method, path, body);
  const text = await response.text();
  if (!response.ok) throw explain(response.status, text);
  return text;
}

async function send(method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      // The server wants a content type of every call that changes something, so that other sites cannot make them.
      ...(method !== 'GET' && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body ?? {}),
      }),
    });
  } catch (cause) {
    throw new ControlError('The emulator does not answer. Perhaps it was stopped.', { cause });
  }
}

function explain(status: number, text: string): ControlError {
  const json = readJson(text) as Partial<ErrorView> | null | undefined;
  const message = json?.error?.message;
  return new ControlError(
    typeof message === 'string' ? message : `The emulator answered with status ${status} and no explanation.`,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
