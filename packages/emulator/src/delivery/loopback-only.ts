import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { bareHostname } from './bare-hostname.js';
import { SinkFailure } from './explain-failure.js';
import { isLoopback } from './is-loopback.js';

/**
 * Throws when the host of a URL is written as an address of another machine. No name is looked up for these.
 *
 * @throws SinkFailure `sink-not-loopback`.
 */
export function refuseRemoteAddress({ hostname }: URL): void {
  const address = bareHostname(hostname);
  if (isIP(address) !== 0 && !isLoopback(address)) throw remoteSink(hostname);
}

/**
 * Looks a name up and gives away its loopback addresses only. The connection is made to just these, so that a name that
 * resolves differently a moment later leads nowhere else.
 */
export const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const near = addresses.filter(({ address }) => isLoopback(address));
    const [first] = near;
    if (first === undefined) return callback(remoteSink(`${hostname} is ${list(addresses)}, which`), []);
    if (options.all === true) return callback(null, near);
    callback(null, first.address, first.family);
  });
};

function list(addresses: readonly LookupAddress[]): string {
  return addresses.map(({ address }) => address).join(', ');
}

function remoteSink(what: string): SinkFailure {
  return new SinkFailure(
    'sink-not-loopback',
    `${what} is not this machine. Start the emulator with remote sinks allowed, if you mean it.`,
  );
}
