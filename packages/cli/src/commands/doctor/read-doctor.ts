import { expandTypes } from '@fic-webhooks/core/subscriptions';
import { type ClientSettings, readClientSettings } from '../../api/open-client.js';
import { readPrivateKey } from '../../input/read-private-key.js';
import { readTypes } from '../../input/read-types.js';
import { isLoopbackHost, readReceiverUrl } from '../../input/read-url.js';
import { readPositiveInteger } from '../../input/read-value.js';
import { requireFlag } from '../../input/require-flag.js';
import { UsageError } from '../../usage-error.js';
import type { DoctorFlags } from './doctor-command.js';

/** What to look at. */
export interface WantedExamination {
  readonly sink: string;
  /** Full single types; undefined when nobody said which are wanted. */
  readonly types: readonly string[] | undefined;
  readonly applicationId: number | undefined;
  /** The PEM of a key that the sink perhaps trusts. */
  readonly privateKey: string | undefined;
  readonly settings: ClientSettings;
  /** The API is an emulator on this machine, so the sink may be on it, too. */
  readonly isLocal: boolean;
}

/** A command line that asks for an examination. */
export interface DoctorRequest {
  readonly flags: DoctorFlags;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Reads the command line.
 *
 * @throws UsageError
 */
export async function readDoctor({ flags, environment }: DoctorRequest): Promise<WantedExamination> {
  const { sink, types, applicationId, privateKey: file } = flags;
  const target = readReceiverUrl(
    '--sink',
    requireFlag('--sink', sink, 'Give the sink of your receiver, to the letter.'),
  );
  if (new URL(target).hash !== '') {
    throw new UsageError(
      '--sink',
      '--sink has a # in it: what follows is never sent to a server. Leave it out.',
    );
  }
  const settings = readClientSettings({ flags, environment });
  return {
    sink: target,
    types: types === undefined ? undefined : expandTypes(readTypes(types, { refuseDead: true })),
    applicationId:
      applicationId === undefined ? undefined : readPositiveInteger('--application-id', applicationId),
    privateKey: (await readPrivateKey({ file, environment }))?.privateKey,
    settings,
    isLocal: settings.baseUrl !== undefined && isLoopbackHost(new URL(settings.baseUrl).hostname),
  };
}
