import type { TestResponse } from '../test-request.js';

/** The value of a header, whatever the case of its name. */
export function fetchHeader({ headers }: TestResponse, name: string): string | undefined {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found === undefined ? undefined : String(found[1]);
}

/** The JSON object in the body, or undefined. */
export function readProblem({ body }: TestResponse): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
