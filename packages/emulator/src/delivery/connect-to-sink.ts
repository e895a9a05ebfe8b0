import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { bareHostname } from './bare-hostname.js';

/**
 * Opens a connection to the host of a URL, a secure one for HTTPS.
 *
 * @param lookup - Resolves names. Default that of Node.
 */
export function connectToSink({ protocol, hostname, port }: URL, lookup?: LookupFunction): Socket {
  const isSecure = protocol === 'https:';
  const host = bareHostname(hostname);
  const options = {
    host,
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    noDelay: true,
    ...(lookup !== undefined && { lookup }),
  };
  if (!isSecure) return connect(options);
  return connectSecurely({
    ...options,
    ALPNProtocols: ['http/1.1'],
    // An address is no server name: RFC 6066, section 3.
    ...(isIP(host) === 0 && { servername: host }),
  });
}
