import { type ApplicationOptions, defaultApplication } from '@fic-webhooks/emulator';
import { readSecret } from '../../input/read-secret.js';
import { readInteger } from '../../input/read-value.js';
import type { EmulatorFlags } from './emulator-flags.js';

/** The application to start with. */
export interface WantedApplication {
  readonly application: ApplicationOptions;
  /** The access token to print; null for one that is a secret. */
  readonly printableToken: string | null;
}

/**
 * Reads `--application-id` and `--access-token-env`.
 *
 * @throws UsageError
 */
export function readApplication(
  { applicationId, accessTokenEnv }: EmulatorFlags,
  environment: NodeJS.ProcessEnv,
): WantedApplication {
  const id =
    applicationId === undefined ? defaultApplication.id : readInteger('--application-id', applicationId);
  if (accessTokenEnv === undefined) {
    return { application: { ...defaultApplication, id }, printableToken: defaultApplication.accessToken };
  }
  const accessToken = readSecret({ flag: '--access-token-env', name: accessTokenEnv, environment });
  return {
    application: { id, accessToken },
    printableToken: accessToken === defaultApplication.accessToken ? accessToken : null,
  };
}
