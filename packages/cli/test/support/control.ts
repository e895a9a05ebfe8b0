import type { Ready } from './start-cli.js';

/** A call of the emulator's control API, which must succeed. */
export async function control<Answer>(
  { inspectorUrl }: Pick<Ready, 'inspectorUrl'>,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${inspectorUrl}${path}`, {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

/** Lets a client of the usual company change. */
export function trigger(ready: Pick<Ready, 'inspectorUrl'>, ids: readonly number[] = [1]): Promise<unknown> {
  return control(ready, 'events', { companyId: 108061, type: 'entities.clients.create', ids });
}
