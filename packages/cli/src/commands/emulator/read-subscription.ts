import { defaultCompanyId, type SubscribeOptions } from '@fic-webhooks/emulator';
import { readTypes } from '../../input/read-types.js';
import { readChoice, readPositiveInteger } from '../../input/read-value.js';
import { UsageError } from '../../usage-error.js';
import type { EmulatorFlags } from './emulator-flags.js';
import { readSink } from './read-sink.js';

/** A subscription that the command line asks for, with every default in its place. */
export type WantedSubscription = Required<
  Pick<SubscribeOptions, 'sink' | 'types' | 'companyId' | 'mapping' | 'verificationMethod' | 'applicationId'>
> & { readonly companyId: number; readonly applicationId: number };

/**
 * Reads `--sink` and what belongs to it.
 *
 * @throws UsageError
 */
export async function readSubscription(
  flags: EmulatorFlags,
  applicationId: number,
): Promise<WantedSubscription | undefined> {
  const { sink, types, company, mapping, verificationMethod } = flags;
  if (sink === undefined) {
    const given = { '--types': types, '--company': company, '--mapping': mapping };
    for (const [flag, value] of Object.entries({ ...given, '--verification-method': verificationMethod })) {
      if (value !== undefined)
        throw new UsageError(flag, `${flag} does nothing without --sink. Add --sink <url>.`);
    }
    return undefined;
  }
  return {
    types: readTypes(types ?? ['*'], { refuseDead: true }),
    companyId: company === undefined ? defaultCompanyId : readPositiveInteger('--company', company),
    mapping: readChoice('--mapping', mapping ?? 'binary', ['binary', 'structured']),
    verificationMethod: readChoice('--verification-method', verificationMethod ?? 'header', [
      'header',
      'query',
    ]),
    applicationId,
    sink: await readSink(sink, flags),
  };
}
