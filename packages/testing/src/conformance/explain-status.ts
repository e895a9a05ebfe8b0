const statusHints: Readonly<Record<number, string>> = {
  200: 'Something else than the webhook answers, perhaps a catch-all route or a health check.',
  400: 'A body parser in front of the webhook may have refused the body.',
  401: 'A guard for the whole app may take the Authorization header for its own, or `publicKeys` is another key.',
  403: 'A guard, CSRF protection or firewall in front of the webhook refuses it.',
  404: 'The webhook is not mounted at this path, or not for this method.',
  405: 'The webhook is not mounted for this method.',
  413: 'A body parser in front of the webhook has a small limit.',
  415: 'A body parser in front of the webhook refuses the media type or the encoding.',
  422: 'A validation in front of the webhook refuses the body.',
  429: 'A rate limit in front of the webhook: every event it refuses is lost.',
};

const codeHints: Readonly<Record<string, string>> = {
  'token-missing': 'Something in front of the webhook strips the Authorization header.',
  'token-untrusted': '`publicKeys` is not the public key of this key pair.',
  'signing-key-unknown': '`publicKeys` is not the public key of this key pair.',
  'token-audience': 'The `sink` of the receiver is not the `sink` of this suite, to the letter.',
  'token-application': 'The `applicationId` of the receiver is not the one of this suite.',
  'body-consumed': 'A body parser in front of the webhook read the body and kept nothing.',
  'handler-failed': 'A handler of the app threw.',
  deadline: 'A handler of the app is slow.',
};

/** The likely cause of an unexpected answer, or an empty text. */
export function explainStatus(status: number, code: string | undefined): string {
  const byCode = code === undefined ? undefined : codeHints[code];
  if (byCode !== undefined) return byCode;
  if (status >= 300 && status < 400) return 'Fatture in Cloud follows no redirect: the event would be lost.';
  // A code shows that the webhook itself answered, so what stands in front of it is not the cause.
  return code === undefined ? (statusHints[status] ?? '') : '';
}
