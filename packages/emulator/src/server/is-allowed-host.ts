import { isIPv6 } from 'node:net';
import { bareHostname } from '../delivery/bare-hostname.js';
import { isLoopback } from '../delivery/is-loopback.js';
import { isUnspecified } from './is-unspecified.js';

/** A name or an address, and perhaps a port: nothing of what else a URL parser would accept. */
const hostForm = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Brings the names that may be in a `Host` header into the form that {@link isAllowedHost} compares. */
export function readAllowedHosts(names: readonly string[]): ReadonlySet<string> {
  const read = names.map((name) => readHostname(isIPv6(name) ? `[${name}]` : name) ?? name.toLowerCase());
  // Nobody can mean "every interface" as a name.
  return new Set(read.filter((name) => !isUnspecified(bareHostname(name))));
}

/**
 * True when a `Host` header names this machine, or is one of those allowed. A page on another site can make a browser
 * send requests here by pointing its own name at 127.0.0.1 (DNS rebinding): then the header holds that name.
 */
export function isAllowedHost(header: string | undefined, allowed: ReadonlySet<string>): boolean {
  if (header === undefined || !hostForm.test(header)) return false;
  const name = readHostname(header);
  if (name === undefined) return false;
  return (
    name === 'localhost' || name.endsWith('.localhost') || isLoopback(bareHostname(name)) || allowed.has(name)
  );
}

/** The name without the port, as browsers write it, or undefined when there is none. */
function readHostname(host: string): string | undefined {
  try {
    return new URL(`http://${host}`).hostname.replace(/\.$/, '');
  } catch {
    return undefined;
  }
}
