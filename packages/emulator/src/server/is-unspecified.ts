/** True for the addresses that stand for "every interface" of a machine, in IPv4 and in IPv6. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
