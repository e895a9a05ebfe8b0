/** @param {string} [authorization] */
export function readBearerToken(authorization = '') {
  return authorization.slice('Bearer '.length);
}
