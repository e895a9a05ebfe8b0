import { lookup } from 'node:dns/promises';
import { isLoopback } from '@fic-webhooks/emulator';
import { isLoopbackHost, readReceiverUrl } from '../../input/read-url.js';
import { UsageError } from '../../usage-error.js';
import type { EmulatorFlags } from './emulator-flags.js';

const flag = '--sink';

/**
 * Checks the sink, so that one which can never work is refused before anything starts. It stays as it was written: to
 * the letter it is the audience of the tokens.
 *
 * @throws UsageError
 */
export async function readSink(
  text: string,
  { requireHttps, allowRemoteSinks }: EmulatorFlags,
): Promise<string> {
  const { protocol, hostname, port } = new URL(readReceiverUrl(flag, text));
  if (port === '0')
    throw new UsageError(flag, `${flag} has port 0, on which nothing listens. Give the port.`);
  const isPlain = protocol === 'http:';
  if (isPlain && requireHttps) {
    throw new UsageError(flag, `${flag} is plain HTTP, and --require-https is set. Give an HTTPS URL.`);
  }
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const remote = await findRemoteAddress(host);
  if (remote !== undefined && !allowRemoteSinks) {
    throw new UsageError(
      flag,
      `${flag} is on another machine (${remote}). Add --allow-remote-sinks if the emulator shall call it.`,
    );
  }
  if (isPlain && remote !== undefined)
    throw new UsageError(flag, `${flag} is plain HTTP on another machine (${remote}). Give an HTTPS URL.`);
  if (isPlain && !isLoopbackHost(hostname) && !isLoopback(host))
    throw new UsageError(
      flag,
      `${flag} is plain HTTP, which is taken for localhost and 127.0.0.1 only. Write one of them in place of ${host}, or give an HTTPS URL.`,
    );
  return text;
}

/** An address of the sink that is not of this machine. A name that is unknown has none: it may become known. */
async function findRemoteAddress(host: string): Promise<string | undefined> {
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return addresses.find(({ address }) => !isLoopback(address))?.address;
}
