import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { isLoopbackHost } from '../../../input/read-url.js';
import { type Check, ok, problem, unchecked, warning } from '../check.js';
import type { WantedExamination } from '../read-doctor.js';

/** Addresses that mean something in one network only: RFC 1918, 3927, 4193, 6598 and loopback. */
const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inside.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inside.addSubnet(network, prefix, 'ipv6');

/** Whether Fatture in Cloud would take the address, and could reach it. */
export async function checkAddress({ sink, isLocal }: WantedExamination): Promise<Check[]> {
  const url = new URL(sink);
  return [checkHttps(url, isLocal), await checkPublic(url, isLocal)];
}

function checkHttps({ protocol, hostname }: URL, isLocal: boolean): Check {
  if (protocol === 'https:') return ok('https', 'The sink is HTTPS.');
  const cure = 'Give the sink a certificate, or put a proxy with one in front of it.';
  return isLocal && isLoopbackHost(hostname)
    ? warning(
        'https',
        'The sink is plain HTTP. An emulator takes that on this machine, Fatture in Cloud never.',
        cure,
      )
    : problem('https', 'The sink is plain HTTP, which Fatture in Cloud refuses.', cure);
}

async function checkPublic({ hostname }: URL, isLocal: boolean): Promise<Check> {
  const id = 'public-address';
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = await lookup(name, { all: true }).catch(() => []);
  if (addresses.length === 0) return unchecked(id, `No address is known for ${name}.`);
  const own = addresses.find(({ address, family }) => inside.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  if (own === undefined) return ok(id, 'The sink has a public address.');
  const message = `The sink is at ${own.address}, which Fatture in Cloud cannot reach.`;
  const cure = 'Give it a public address. During development use the emulator, or a tunnel.';
  // Names may have other addresses outside than in this network.
  const isCertain = isLoopbackHost(hostname) && !isLocal;
  return isCertain ? problem(id, message, cure) : warning(id, message, cure);
}
