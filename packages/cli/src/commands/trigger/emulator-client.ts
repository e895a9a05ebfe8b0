import type { Delivery, EmitResult, EmittedEvent } from '@fic-webhooks/emulator';
import { CommandError } from '../../command-error.js';

/** Milliseconds for one call. It is on this machine, mostly. */
const timeout = 10_000;

/** The control API of a running emulator, as far as it is needed here. */
export class EmulatorClient {
  readonly #url: string;

  /** @param url - Such as `http://127.0.0.1:4010`. */
  constructor(url: string) {
    this.#url = url;
  }

  /**
   * Lets something happen in a company.
   *
   * @throws CommandError `emulator-unreachable`, `emulator-refused`
   */
  async emit(event: EmittedEvent): Promise<EmitResult> {
    return (await this.#call('events', JSON.stringify(event))) as EmitResult;
  }

  /**
   * How far a delivery is.
   *
   * @throws CommandError `emulator-unreachable`, `emulator-refused`
   */
  async findDelivery(id: number): Promise<Delivery> {
    return (await this.#call(`deliveries/${id}`)) as Delivery;
  }

  async #call(path: string, body?: string): Promise<unknown> {
    const answer = await this.#fetch(`${this.#url}/_emulator/${path}`, body);
    const value = parseObject(answer.text);
    if (answer.ok && value !== undefined) return value;
    const { error } = (value ?? {}) as { error?: { message?: unknown } };
    if (typeof error?.message === 'string') {
      throw new CommandError('emulator-refused', `The emulator refuses: ${error.message}`);
    }
    throw new CommandError(
      'emulator-refused',
      `What answers at ${this.#url} is no emulator: it said ${answer.status}. Give the URL that fic-webhooks emulator prints.`,
    );
  }

  async #fetch(
    url: string,
    body: string | undefined,
  ): Promise<{ ok: boolean; status: number; text: string }> {
    try {
      const response = await fetch(url, {
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
        ...(body !== undefined && { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      });
      return { ok: response.ok, status: response.status, text: await response.text() };
    } catch (error) {
      const { cause } = error as { cause?: { code?: unknown } };
      const why = typeof cause?.code === 'string' ? cause.code : (error as Error).message;
      throw new CommandError(
        'emulator-unreachable',
        `No emulator answers at ${this.#url} (${why}). Start one: fic-webhooks emulator`,
        error,
      );
    }
  }
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
