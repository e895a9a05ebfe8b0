import { isIPv6 } from 'node:net';
import { isLoopback } from '../delivery/is-loopback.js';

/** Addresses that stand for "every interface": nobody can mean them as a name. */
const unspecified: readonly string[] = ['0.0.0.0', '::', '[::]'];

/** A name or an address, and perhaps a port: nothing of what else a URL parser would accept. */
const hostForm = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Brings the names that may be in a `Host` header into the form that {@link isAllowedHost} compares. */
export function readAllowedHosts(names: readonly string[]): ReadonlySet<string> {
  const meant = names.filter((name) => !unspecified.includes(name));
  return new Set(meant.map((name) => readHostname(isIPv6(name) ? `[${name}]` : name) ?? name.toLowerCase()));
}

/**
 * True when a `Host` header names this machine, or is one of those allowed. A page on another site can make a browser
 * send requests here by pointing its own name at 127.0.0.1 (DNS rebinding): then the header holds that name.
 */
export function isAllowedHost(header: string | undefined, allowed: ReadonlySet<string>): boolean {
  if (header === undefined || !hostForm.test(header)) return false;
  const name = readHostname(header);
  if (name === undefined) return false;
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(bare(name)) || allowed.has(name);
}

/** The name without the port, as browsers write it, or undefined when there is none. */
function readHostname(host: string): string | undefined {
  try {
    return new URL(`http://${host}`).hostname.replace(/\.$/, '');
  } catch {
    return undefined;
  }
}

function bare(name: string): string {
  return name.replace(/^\[|\]$/g, '');
}
