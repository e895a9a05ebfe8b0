import { UsageError } from '../usage-error.js';

/**
 * Reads the URL of a receiver. It stays as it was written: to the letter it is the audience of the tokens.
 *
 * @throws UsageError
 */
export function readReceiverUrl(flag: string, text: string): string {
  // `URL` forgives white space, backslashes and missing slashes.
  if (/^https?:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text)) {
    const { username, password } = new URL(text);
    if (username === '' && password === '') return text;
    throw new UsageError(
      flag,
      `${flag} has a user name or a password in it, which is not sent to a webhook. Leave it out.`,
    );
  }
  throw new UsageError(
    flag,
    `${flag} is "${text}", which is no URL of a receiver. Write one such as http://localhost:3000/webhooks/fic.`,
  );
}

/**
 * Reads the URL of a service that gets an access token. So it must be HTTPS, or on this machine.
 *
 * @returns Without slashes at its end.
 * @throws UsageError
 */
export function readServiceUrl(flag: string, text: string): string {
  const url = /^https?:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new UsageError(
      flag,
      `${flag} is no base URL of a service. Write one such as http://127.0.0.1:4010.`,
    );
  }
  if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname)) {
    throw new UsageError(
      flag,
      `${flag} is plain HTTP on another machine, where others could read along. Give an HTTPS URL.`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** True for a host name, as `URL` gives it, that is certainly this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return /(?:^|\.)localhost$/.test(hostname) || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}
