import { FicWebhooksError, type FicWebhooksErrorCode } from '@fic-webhooks/core';

/** What Redis says, by the first word of its error, and what to do about it. */
const answers: readonly { starts: RegExp; code: FicWebhooksErrorCode; what: string; cure: string }[] = [
  {
    starts: /^OOM\b/,
    code: 'store-full',
    what: 'is out of memory and takes no new claims',
    cure: 'Give it more memory (maxmemory), or a Redis of its own. Events that are being handled can still be completed.',
  },
  {
    starts: /^READONLY\b/,
    code: 'store-unreachable',
    what: 'is a read-only replica',
    cure: 'Either a failover is going on, then wait for its end, or `connection` names a replica: name the primary.',
  },
  {
    starts: /^WRONGTYPE\b/,
    code: 'store-unreachable',
    what: 'holds something else than a claim under the key of this event',
    cure: 'Another program uses the same names. Give the store a `prefix` of its own, or delete that key.',
  },
  {
    starts: /^(?:NOAUTH|WRONGPASS|NOPERM)\b|invalid password|AUTH/,
    code: 'store-unreachable',
    what: 'refuses the user of `connection`',
    cure: 'Check user name and password. The user needs EVAL, EVALSHA and INFO, and the commands of the scripts: HMGET, HGET, HSET, HDEL, EXISTS, PTTL, PEXPIRE, DEL.',
  },
];

/** What was going on when it failed. */
export interface FailureContext {
  /** Which Redis: the subject of the sentence. */
  readonly place: string;
}

/** The coded error for what the client or Redis said. */
export function explainFailure(error: unknown, { place }: FailureContext): FicWebhooksError {
  if (error instanceof FicWebhooksError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const cause = withoutCommand(error);
  const answer = answers.find(({ starts }) => starts.test(said));
  if (answer !== undefined) {
    return new FicWebhooksError(answer.code, `${place} ${answer.what}: ${said}. ${answer.cure}`, { cause });
  }
  return new FicWebhooksError(
    'store-unreachable',
    `${place} could not be used: ${said}. It is down, restarting or cut off, or refused the command. Bring it back; the ` +
      'store connects again by itself.',
    { cause },
  );
}

/** Redis did not answer in time. `error`: what the client met last, if it did. */
export function explainSilence(
  error: unknown,
  { place, within, sent }: FailureContext & { within: number; sent: boolean },
): FicWebhooksError {
  if (!sent && error !== undefined) return explainFailure(error, { place });
  const what = sent ? 'did not answer' : 'could not be reached';
  return new FicWebhooksError(
    'store-unreachable',
    `${place} ${what} within ${within} ms. It is overloaded, suspended or cut off, or the address is wrong. Look at the ` +
      'server and at the network; the store goes on by itself as soon as it answers.',
  );
}

/** The client puts the command with its arguments on errors, and the one that signs in has the password among them. */
function withoutCommand(error: unknown): unknown {
  if (!(error instanceof Error) || !('command' in error)) return error;
  const copy = new Error(error.message);
  copy.name = error.name;
  return copy;
}
