import { type Check, ok, problem, unchecked } from '../check.js';
import type { OddBodyReply, Reply } from './sink-probe.js';

/** What a body parser answers by itself. */
const parserStatuses = [400, 413, 415, 422];

/**
 * Whether a body parser stands in front of the webhook: then the answer depends on the body, though the token is refused
 * in any case. What such a parser refuses of genuine events is lost.
 */
export function checkBodyParsers(plain: Reply, bodies: readonly OddBodyReply[]): Check {
  const id = 'body-parser';
  if (plain.kind === 'silence') return unchecked(id, 'Body parsers could not be looked for.');
  const stopped = bodies.filter(
    ({ reply }) => reply.kind === 'silence' || isParser(reply.status, plain.status),
  );
  const [first] = stopped;
  if (first === undefined) return ok(id, 'No body parser answers in place of the webhook.');
  const list = stopped.map(
    ({ what, reply }) => `${what} (${reply.kind === 'answer' ? reply.status : 'no answer'})`,
  );
  return problem(
    id,
    `Something in front of the webhook, mostly a body parser, answers in its place to ${list.join(', ')}. Such events would be lost.`,
    'Mount the webhook before any body parser, or exempt its path from it.',
  );
}

function isParser(status: number, plain: number): boolean {
  return status !== plain && (parserStatuses.includes(status) || status >= 500);
}
