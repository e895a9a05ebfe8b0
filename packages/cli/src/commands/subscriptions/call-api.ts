import { InvalidOptionError } from '@fic-webhooks/core';
import type { SubscriptionsClient } from '@fic-webhooks/core/subscriptions';
import type { ApiFlags } from '../../api/api-flags.js';
import { openClient, readClientSettings } from '../../api/open-client.js';
import type { ProgramOptions } from '../../program.js';
import { UsageError } from '../../usage-error.js';

/** What every command of `fic-webhooks subscriptions` is run with. */
export interface SubscriptionsRun<Flags extends ApiFlags = ApiFlags>
  extends Pick<ProgramOptions, 'output' | 'environment'> {
  readonly flags: Flags;
}

/** The flag behind an option of the client, where it is not the same in other letters. */
const flags: Readonly<Record<string, string>> = { companyId: '--company', id: '<id>' };

/**
 * Calls the API, with a sign of life meanwhile.
 *
 * @param text - What is being done.
 * @throws UsageError before anything is sent; FicApiError when the service does not do it.
 */
export async function callApi<Result>(
  run: SubscriptionsRun,
  text: string,
  call: (client: SubscriptionsClient) => Promise<Result>,
): Promise<Result> {
  const settings = readClientSettings(run);
  const progress = await run.output.startProgress(text);
  try {
    return await call(openClient(settings, progress));
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    const { option, message } = error;
    const flag = flags[option] ?? `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(flag, `${flag}: ${message}`);
  } finally {
    progress.stop();
  }
}
