import type { FicWebhooksErrorCode } from '../../errors/fic-webhooks-error.js';
import { InvalidOptionError } from '../../errors/invalid-option-error.js';
import { isLoopbackHost } from '../../http/is-loopback-host.js';

/**
 * Checks the base URL of the API, to which the access token is sent.
 *
 * @returns It without a slash at its end.
 * @throws InvalidOptionError `option-invalid`.
 */
export function checkBaseUrl(baseUrl: string, { allowHttp }: { readonly allowHttp: boolean }): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isWeb || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw invalid(
      'option-invalid',
      'baseUrl',
      'baseUrl must be an absolute URL without query and credentials, such as https://api-v2.fattureincloud.it.',
    );
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopbackHost(url.hostname)) {
    throw invalid(
      'option-invalid',
      'baseUrl',
      `baseUrl ${url.origin} is plain HTTP, and the access token would travel where others can read it. Use https, or set ` +
        'allowHttp for an emulator in a network that you trust.',
    );
  }
  return baseUrl.replace(/\/+$/, '');
}

/**
 * Checks a sink before it is sent.
 *
 * @throws InvalidOptionError `sink-missing`, `sink-invalid`, `sink-insecure`.
 */
export function checkSink(sink: string, { allowHttp }: { readonly allowHttp: boolean }): void {
  if (sink === undefined || sink === '') {
    throw invalid('sink-missing', 'sink', 'sink is missing. Give the URL that shall get the notifications.');
  }
  // `new URL` forgives white space; the sink stands to the letter in every token.
  const url =
    typeof sink === 'string' && /^https?:\/\/[^\s\\]+$/i.test(sink) && URL.canParse(sink)
      ? new URL(sink)
      : undefined;
  if (url === undefined) {
    throw invalid(
      'sink-invalid',
      'sink',
      `sink ${JSON.stringify(sink)} is not an absolute URL. Write it in full, such as https://example.com/webhooks/fic.`,
    );
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopbackHost(url.hostname)) {
    throw invalid(
      'sink-insecure',
      'sink',
      `sink ${sink} is plain HTTP, which Fatture in Cloud refuses. Use https.`,
    );
  }
}

function invalid(code: FicWebhooksErrorCode, option: string, message: string): InvalidOptionError {
  return new InvalidOptionError(code, option, message);
}
