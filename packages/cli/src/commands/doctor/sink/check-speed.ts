import { type Check, ok, problem, unchecked, warning } from '../check.js';
import type { Reply } from './sink-probe.js';

/** Milliseconds. How long Fatture in Cloud waits is not published; it says the time is short. */
const [slow, tooSlow] = [1_000, 3_000];

/** Whether something limits the rate. */
export function checkRateLimit(replies: readonly Reply[]): Check {
  const id = 'rate-limit';
  return replies.some((reply) => reply.kind === 'answer' && reply.status === 429)
    ? problem(
        id,
        `A rate limit in front of the webhook answers 429 after fewer than ${replies.length + 1} requests. Every event it refuses is lost.`,
        'Exempt the path from it. If there must be a limit, let it answer 503.',
      )
    : ok(id, `No rate limit within ${replies.length} requests.`);
}

/** Whether the sink answers fast. */
export function checkSpeed(replies: readonly Reply[]): Check {
  const times = replies.flatMap((reply) => (reply.kind === 'answer' ? [reply.milliseconds] : []));
  const sorted = [...times].sort((left, right) => left - right);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) return unchecked('speed', 'How fast the sink answers could not be measured.');
  const message = `The sink answers in ${middle} ms (the slowest of ${sorted.length}: ${sorted.at(-1)} ms).`;
  const cure =
    'Answer before any slow work: store the event, or hand it to a queue. Look for cold starts, too.';
  if (middle > tooSlow) return problem('speed', message, cure);
  return middle > slow ? warning('speed', message, cure) : ok('speed', message);
}
