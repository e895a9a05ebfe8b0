/**
 * True for a host that is this machine by name: `localhost`, `127.0.0.0/8` and `[::1]`.
 *
 * @param hostname - As `URL` gives it.
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d+){3}$/.test(hostname)
  );
}
