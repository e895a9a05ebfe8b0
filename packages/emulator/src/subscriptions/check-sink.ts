import { bareHostname } from '../delivery/bare-hostname.js';
import { isLoopback } from '../delivery/is-loopback.js';
import type { SinkRules } from '../service.js';
import { invalidFields } from './api-refusal.js';

/** No browser, proxy or server is sure to take a longer one. */
const maximumLength = 2_048;

/**
 * Checks a sink as the service does when it is registered: an absolute URL, and HTTPS. Plain HTTP is taken for loopback
 * hosts, which the real service could not reach. Whether the emulator may call the address is another question, asked
 * of the connected address of every request.
 *
 * @throws ApiRefusal 422, naming `data.sink`.
 */
export function checkSink(sink: string, { requireHttps }: SinkRules): void {
  const problem = findProblem(sink, requireHttps);
  if (problem !== undefined) throw invalidFields({ 'data.sink': [problem] });
}

function findProblem(sink: string, requireHttps: boolean): string | undefined {
  if (sink.length > maximumLength) return `It is longer than ${maximumLength} characters.`;
  // `new URL` forgives white space, backslashes and missing slashes; the sink is used to the letter in every token.
  if (!/^https?:\/\/[^\s\\]+$/i.test(sink) || !URL.canParse(sink)) {
    return 'It is not an absolute URL. Write it out, such as https://example.com/webhooks/fic.';
  }
  const { protocol, hostname, port } = new URL(sink);
  if (port === '0') return 'Nobody listens on port 0. Write the port of the receiver.';
  if (protocol === 'https:') return undefined;
  if (requireHttps) return 'It must begin with https://, on this machine too: requireHttps is set.';
  if (isLoopbackHost(hostname)) return undefined;
  return 'It must begin with https://. Only a sink on localhost may do without.';
}

function isLoopbackHost(hostname: string): boolean {
  return /(^|\.)localhost$/.test(hostname) || isLoopback(bareHostname(hostname));
}
