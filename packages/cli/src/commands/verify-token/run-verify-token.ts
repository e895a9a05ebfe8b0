import { InvalidOptionError } from '@fic-webhooks/core';
import { inspectToken, type TokenInspection } from '@fic-webhooks/core/token';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { readPublicKey } from '../../input/read-public-key.js';
import { readReceiverUrl } from '../../input/read-url.js';
import { readPositiveInteger } from '../../input/read-value.js';
import { cleanText } from '../../output/clean-text.js';
import { formatJson } from '../../output/format-json.js';
import { mark } from '../../output/mark.js';
import type { Lines, Output } from '../../output/output.js';
import { UsageError } from '../../usage-error.js';
import { type Circumstances, describeCheck } from './describe-check.js';
import { readToken } from './read-token.js';
import type { VerifyTokenFlags } from './verify-token-command.js';

/** The token to look at. */
export interface VerifyTokenRun {
  /** As on the command line: the token, or `-`. */
  readonly text: string;
  readonly flags: VerifyTokenFlags;
  readonly output: Output;
}

/**
 * Says what is right and wrong with a token.
 *
 * @throws UsageError
 */
export async function runVerifyToken({
  text,
  flags,
  output: { results },
}: VerifyTokenRun): Promise<ExitCode> {
  const { sink, applicationId, publicKey } = flags;
  const options = {
    ...(sink !== undefined && { sink: readReceiverUrl('--sink', sink) }),
    ...(applicationId !== undefined && {
      applicationId: readPositiveInteger('--application-id', applicationId),
    }),
    ...(publicKey !== undefined && { publicKeys: await readPublicKey(publicKey) }),
  };
  const token = await readToken(text);
  const inspection = await inspectToken(token, options).catch((error) => {
    if (error instanceof InvalidOptionError)
      throw new UsageError('--public-key', `--public-key: ${error.message}`);
    throw error;
  });
  const circumstances = { kind: inspection.kind, hasOwnKey: publicKey !== undefined };
  if (flags.json) results.write(formatJson(toDocument(inspection, circumstances)));
  else writeReport(inspection, { results, circumstances, token });
  return isAccepted(inspection) ? exitCodes.done : exitCodes.failed;
}

function isAccepted({ refusal }: TokenInspection): boolean {
  return refusal === undefined;
}

function toDocument(inspection: TokenInspection, circumstances: Circumstances): unknown {
  const { kind, header = null, claims = null, checks, refusal = null } = inspection;
  const signature = checks.find(({ part }) => part === 'signature');
  return {
    genuine: signature?.result === 'right',
    fits: isAccepted(inspection),
    kind,
    header,
    claims,
    checks: checks.map(({ part, result, value = null, ...rest }) => ({
      part,
      result,
      value,
      why: cleanText(describeCheck({ part, result, value: value ?? undefined, ...rest }, circumstances)),
    })),
    refusal,
  };
}

interface Report {
  readonly results: Lines;
  readonly circumstances: Circumstances;
  readonly token: string;
}

function writeReport(inspection: TokenInspection, { results, circumstances, token }: Report): void {
  const { bold, dim } = results.colors;
  const { checks, refusal } = inspection;
  const findings = { right: 'ok', wrong: 'problem', unchecked: 'unchecked' } as const;
  results.write(`${bold(summarise(inspection))}\n`);
  for (const check of checks) {
    const sign = mark(findings[check.result], results.colors);
    results.write(
      `  ${sign} ${check.part.padEnd(9)}  ${cleanText(describeCheck(check, circumstances), { maximumLength: 1_000 })}`,
    );
  }
  if (/^[ar]\//.test(token)) {
    results.write(
      '\nThis looks like an access token of the API. It is a secret, and no token of a notification.',
    );
  }
  if (refusal === undefined) return;
  const { status, code, title, cause, cure } = refusal;
  results.write(`\nA receiver answers it with ${status} ${code}: ${title}`);
  results.write(dim(`Likely cause: ${cause}\nCure: ${cure}`));
}

function summarise({ kind, checks, refusal }: TokenInspection): string {
  const signature = checks.find(({ part }) => part === 'signature')?.result;
  const what = kind === 'challenge' ? 'a verification request' : 'a notification';
  if (signature === 'unchecked') return 'This is no token of Fatture in Cloud.';
  if (signature === 'wrong') return 'This token is not genuine.';
  if (refusal !== undefined) return `This is a genuine token of ${what}, and it does not fit.`;
  const isCompared = checks.every(({ result }) => result === 'right');
  return `This is a genuine token of ${what}${isCompared ? ', and it fits.' : ', and what was compared fits.'}`;
}
