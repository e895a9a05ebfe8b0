/**
 * What of an answer is the receiver's: its status, its body, and the headers that core sets.
 *
 * @typedef {Readonly<Record<string, string | number>>} Answer
 */

/** Other headers are the framework's: `date`, `x-powered-by`, `keep-alive` and the like. */
const headersOfCore = [
  'content-type',
  'allow',
  'retry-after',
  'www-authenticate',
  'cache-control',
  'x-content-type-options',
  'content-security-policy',
  'connection',
];

/**
 * @param {import('@fic-webhooks/testing').TestRequest} request
 * @param {import('@fic-webhooks/testing').TestResponse} response
 * @returns {Answer}
 */
export function recordAnswer({ headers, query }, response) {
  /** @type {Record<string, string | number>} */
  const answer = { status: response.status, body: response.body };
  for (const [name, value] of [...headers, ...query]) {
    // The challenge is another one each time.
    if (name.toLowerCase() !== 'x-fic-verification-challenge' || value === '') continue;
    answer['body'] = response.body.replace(JSON.stringify(value), '"<the challenge>"');
  }
  for (const name of headersOfCore) {
    const value = response.headers[name];
    // Servers say by themselves that they keep a connection, or say nothing.
    if (value !== undefined && value.toLowerCase() !== 'keep-alive') answer[name] = value;
  }
  return answer;
}
