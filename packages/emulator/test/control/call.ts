import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

/** One call, to the byte as given: nothing is added but `Host`, where it is not given. */
export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** Makes a call over a socket of its own, with headers that `fetch` would not let through. */
export function call(base: string, { method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
  const { hostname, port } = new URL(base);
  // Node would send a body of DELETE without its length.
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        method,
        path,
        headers: { ...length, ...headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: parse(text),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A call that changes something, as the inspector page makes it. */
export function post(base: string, path: string, body?: unknown, method = 'POST'): Promise<Answer> {
  return call(base, {
    method,
    path,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** The error of an answer. */
export function errorOf({ json }: Answer): { code?: string; message?: string; field?: string } {
  return (json as { error?: object } | undefined)?.error ?? {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
