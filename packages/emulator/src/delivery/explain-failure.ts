import type { Attempt } from '../model/attempt.js';

/** What went wrong, for a machine and for a reader. */
type Failure = NonNullable<Attempt['failure']>;

/** A failure that was recognised where it happened. */
export class SinkFailure extends Error {
  readonly failure: Failure;

  constructor(code: Failure['code'], message: string) {
    super(message);
    this.failure = { code, message };
  }
}

/** Failures of the secure connection: those of Node's TLS and, without a prefix of their own, those of OpenSSL. */
const tlsCode =
  /^(ERR_TLS|ERR_SSL|CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|INVALID_|HOSTNAME_MISMATCH|PATH_LENGTH|EPROTO)/;

/** Names the cause of a request that got no usable answer. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof SinkFailure) return error.failure;
  const message = error instanceof Error ? error.message || error.name : String(error);
  const code = readCode(error) ?? '';
  if (code === 'ECONNREFUSED') return { code: 'refused', message: 'Nobody listens at the sink.' };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { code: 'name-unknown', message: 'The host of the sink cannot be found.' };
  }
  // Node's parser says so when the connection ends within a chunk: that is no fault of the form.
  if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') {
    return { code: 'invalid-http', message: `The answer is not valid HTTP: ${message}.` };
  }
  if (tlsCode.test(code)) return { code: 'tls', message: `The secure connection failed: ${message}.` };
  return { code: 'reset', message: `The connection broke before the answer was complete: ${message}.` };
}

/** The code of an error; of its first part, where several addresses were tried. */
function readCode(error: unknown): string | undefined {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) ? readCode(errors[0]) : undefined;
}
