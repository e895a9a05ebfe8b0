import { readDuration } from '../../input/read-duration.js';
import { readPrivateKey } from '../../input/read-private-key.js';
import { readReceiverUrl } from '../../input/read-url.js';
import { readPositiveInteger } from '../../input/read-value.js';
import { UsageError } from '../../usage-error.js';
import type { ConformanceFlags } from './conformance-command.js';
import { readCases } from './read-cases.js';

/** What to check, and how. */
export interface WantedConformance {
  /** Where the endpoint listens. */
  readonly url: string;
  readonly sink: string;
  readonly privateKey: string;
  readonly applicationId: number | undefined;
  /** At least one. */
  readonly cases: readonly string[];
  readonly successStatuses: readonly number[] | undefined;
  /** Milliseconds. */
  readonly answerWithin: number;
}

/** A command line that asks for a run of the suite. */
export interface ConformanceRequest {
  readonly url: string;
  readonly flags: ConformanceFlags;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Reads the command line.
 *
 * @throws UsageError
 */
export async function readConformance({
  url,
  flags,
  environment,
}: ConformanceRequest): Promise<WantedConformance> {
  const { sink, applicationId, cases, success, timeout, privateKey: file } = flags;
  const target = readReceiverUrl('<url>', url);
  const key = await readPrivateKey({ file, environment });
  if (key === undefined) {
    throw new UsageError(
      '--private-key',
      '--private-key is missing, and FIC_PRIVATE_KEY is not set. Give the key whose public half the endpoint trusts. ' +
        'To make one: fic-webhooks trigger entities.clients.create --sink <url> --save-key key.pem',
    );
  }
  return {
    url: target,
    sink: sink === undefined ? target : readReceiverUrl('--sink', sink),
    privateKey: key.privateKey,
    applicationId:
      applicationId === undefined ? undefined : readPositiveInteger('--application-id', applicationId),
    cases: readCases(cases),
    successStatuses: success === undefined ? undefined : readStatuses(success),
    answerWithin: timeout === undefined ? 5_000 : readDuration('--timeout', timeout),
  };
}

function readStatuses(texts: readonly string[]): readonly number[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const status = readPositiveInteger('--success', text.trim());
      if ([200, 201, 202, 204].includes(status)) return status;
      throw new UsageError(
        '--success',
        `--success is ${status}, which Fatture in Cloud does not count as a success. It counts 200, 201, 202 and 204.`,
      );
    });
}
