import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { UsageError } from '../../usage-error.js';
import type { EmulatorFlags } from './emulator-flags.js';

const flag = '--sink';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

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
  // `URL` forgives white space, backslashes and missing slashes; the sink is used to the letter in every token.
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) {
    throw new UsageError(
      flag,
      `${flag} is "${text}", which is no URL of a receiver. Write one such as http://localhost:3000/webhooks/fic.`,
    );
  }
  const url = new URL(text);
  const isPlain = url.protocol === 'http:';
  if (isPlain && requireHttps) {
    throw new UsageError(flag, `${flag} is plain HTTP, and --require-https is set. Give an HTTPS URL.`);
  }
  const remote = await findRemoteAddress(url);
  if (remote === undefined) return text;
  if (!allowRemoteSinks) {
    throw new UsageError(
      flag,
      `${flag} is on another machine (${remote}). Add --allow-remote-sinks if the emulator shall call it.`,
    );
  }
  if (isPlain)
    throw new UsageError(flag, `${flag} is plain HTTP on another machine (${remote}). Give an HTTPS URL.`);
  return text;
}

/** An address of the sink that is not of this machine. A name that is unknown has none: it may become known. */
async function findRemoteAddress({ hostname }: URL): Promise<string | undefined> {
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = await lookup(name, { all: true }).catch(() => []);
  return addresses.find(({ address, family }) => !loopback.check(address, family === 6 ? 'ipv6' : 'ipv4'))
    ?.address;
}
