import type { DecodeErrorReason, DecodeFailure, DecodeWarning } from './decode-result.js';

/** What goes along while one message is decoded. */
export interface DecodeContext {
  readonly strict: boolean;
  readonly maxDepth: number;
  readonly warnings: DecodeWarning[];
}

/** Reasons for which the status is 415: the format as a whole is not understood. */
const notUnderstood = /^(?:not-a-|unsupported-[ec]|batch-not-s)/;

/**
 * Ends the decoding. What is thrown is the plain result, not an Error: nothing is spent on a stack, and
 * `decodeCloudEvent` returns it as it is.
 */
export function refuse(reason: DecodeErrorReason, attribute?: string): never {
  const failure: DecodeFailure = {
    ok: false,
    error: { ...describe(reason, attribute), status: notUnderstood.test(reason) ? 415 : 400 },
  };
  throw failure;
}

/** Refuses in strict mode; otherwise notes a warning and lets the decoding go on. */
export function tolerate(context: DecodeContext, reason: DecodeErrorReason, attribute: string): void {
  if (context.strict) refuse(reason, attribute);
  context.warnings.push(describe(reason, attribute));
}

function describe(reason: DecodeErrorReason, attribute?: string): DecodeWarning {
  const what = `Not a valid CloudEvents message: ${reason.replaceAll('-', ' ')}`;
  // The name may be anything a sender thought of: cut, quoted, and with its control characters escaped.
  return attribute === undefined
    ? { reason, message: `${what}.` }
    : { reason, attribute, message: `${what}, in ${JSON.stringify(attribute.slice(0, 64))}.` };
}
