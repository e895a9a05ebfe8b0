import type { IncomingHttpHeaders } from 'node:http';
import { cutText } from '../cut-text.js';
import { ControlError } from './control-error.js';

/** Methods that change nothing here. */
const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

const jsonForm = /^application\/json\s*(?:;|$)/i;

/**
 * Refuses a call that changes something and may come from a page on another site. A browser sends such a call without
 * asking first only if it looks like a form, and it says where the call comes from.
 *
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-method
 * @throws ControlError 403 or 415.
 */
export function refuseForeignCall(method: string, headers: IncomingHttpHeaders): void {
  if (safeMethods.includes(method)) return;
  const { origin, host } = headers;
  if (origin !== undefined && !isSameOrigin(origin, host)) {
    throw new ControlError({
      status: 403,
      code: 'origin-foreign',
      message: `Origin: ${JSON.stringify(cutText(origin))} may not change anything here. Only the inspector page itself and programs outside a browser may.`,
      field: 'Origin',
    });
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new ControlError({
      status: 403,
      code: 'origin-foreign',
      message:
        'Sec-Fetch-Site: the call comes from a page on another site, which may not change anything here.',
      field: 'Sec-Fetch-Site',
    });
  }
  if (!jsonForm.test(headers['content-type'] ?? '')) {
    throw new ControlError({
      status: 415,
      code: 'content-type-invalid',
      message: 'Content-Type: it must be application/json, also where there is no body.',
      field: 'Content-Type',
    });
  }
}

/** Compares host and port; the scheme may differ, because a proxy with TLS may stand before the emulator. */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  if (!/^https?:\/\//.test(origin)) return false;
  try {
    const from = new URL(origin);
    return from.host === new URL(`${from.protocol}//${host}`).host;
  } catch {
    return false;
  }
}
