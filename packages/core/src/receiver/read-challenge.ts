import type { CollectedHeaders } from '../http/collect-headers.js';
import type { Outcome } from './outcomes.js';
import type { ReceiverRequest } from './receiver-request.js';

const challengeName = 'x-fic-verification-challenge';
/** 1 to 1,024 printable ASCII characters. */
const usable = /^[\x20-\x7e]{1,1024}$/;

/**
 * The answer to a verification request: its challenge, from the header or from the query parameter. When both are
 * there they must be equal.
 */
export function readChallenge(headers: CollectedHeaders, request: ReceiverRequest): Outcome {
  if (headers.repeated?.includes(challengeName)) {
    return { code: 'challenge-unusable', detail: 'The header is repeated.' };
  }
  const inQuery = request.query(challengeName);
  if (typeof inQuery === 'object' && inQuery.length > 1) {
    return { code: 'challenge-unusable', detail: 'The query parameter is repeated.' };
  }
  const candidates = [
    headers.values[challengeName]?.trim(),
    ...(typeof inQuery === 'object' ? inQuery : [inQuery]),
  ];
  const challenges = new Set(
    candidates.filter((candidate) => candidate !== undefined && usable.test(candidate)),
  );
  const [challenge] = challenges;
  if (challenge === undefined) return { code: 'challenge-unusable', detail: 'There is none.' };
  if (challenges.size > 1) return { code: 'challenge-unusable', detail: 'Header and query differ.' };
  return { code: 'challenged', body: JSON.stringify({ verification: challenge }) };
}
