import { cleanText } from './clean-text.js';

/** What an endpoint answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What Fatture in Cloud makes of an answer. */
export interface Explanation {
  /** True when it counts as a success. */
  readonly delivered: boolean;
  /** What would happen now. */
  readonly meaning: string;
  /** The code in the body of a refusal, if it has one. */
  readonly code?: string;
  /** What may be the cause, and what to do; absent where nothing is known. */
  readonly hint?: string;
}

const successes: readonly number[] = [200, 201, 202, 204];

/** What is mostly wrong during development, by the code of a refusal. */
const hints: Readonly<Record<string, string>> = {
  'signing-key-unknown': 'Your receiver trusts another key: give it this public key as `publicKeys`.',
  'token-untrusted': 'Your receiver trusts another key: give it this public key as `publicKeys`.',
  'token-audience': 'The `sink` of your receiver is another one than --sink, be it by a slash.',
  'token-application': 'Your receiver has another `applicationId`: give it with --application-id.',
  'token-missing': 'Something in front of the webhook takes the Authorization header away.',
  'body-consumed': 'A body parser read the body first: mount the webhook before it.',
  'handler-failed': 'A handler of your app threw.',
  deadline: 'A handler of your app is slow.',
};

const statusHints: Readonly<Record<number, string>> = {
  401: 'A guard in front of the webhook may take the token for its own, or your receiver trusts another key.',
  404: 'The webhook is not mounted at this path.',
  405: 'The webhook is not mounted for this method.',
  413: 'A body parser in front of the webhook has a small limit.',
  415: 'A body parser in front of the webhook refuses the media type.',
  429: 'A rate limit in front of the webhook loses events.',
};

/** Says what Fatture in Cloud would do after this answer to a notification. */
export function explainAnswer({ status, body }: Answer): Explanation {
  const delivered = successes.includes(status);
  const code = delivered ? undefined : readCode(body);
  const hint = code === undefined ? statusHints[status] : hints[code];
  return {
    delivered,
    meaning: describe(status),
    ...(code !== undefined && { code }),
    ...(!delivered && hint !== undefined && { hint }),
  };
}

const dropped = 'the event is lost, and after 10 days of such answers the subscription is deleted';

function describe(status: number): string {
  if (successes.includes(status)) return 'Delivered.';
  if (status === 410) return 'Fatture in Cloud would delete the subscription at once.';
  if (status >= 500) return `Fatture in Cloud would send it again, four times in all. Then ${dropped}.`;
  if (status >= 300 && status < 400) return `Fatture in Cloud follows no redirect: ${dropped}.`;
  return `Fatture in Cloud would not send it again: ${dropped}.`;
}

/** The `code` of a problem body (RFC 9457), cleaned. */
function readCode(body: string): string | undefined {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === 'string' ? cleanText(code, { maximumLength: 60 }) : undefined;
  } catch {
    return undefined;
  }
}
