import { ControlError } from './control-error.js';

/**
 * Reads a body. An empty one is no body: many calls need none, and yet carry `Content-Type: application/json`.
 *
 * @throws ControlError 400 `body-malformed`.
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ControlError({
      status: 400,
      code: 'body-malformed',
      message: `body: it is no JSON. ${(error as Error).message}.`,
      field: 'body',
    });
  }
}
