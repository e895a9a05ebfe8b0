import type { ApplicationOptions } from '@fic-webhooks/emulator';
import { UsageError } from '../../usage-error.js';
import type { EmulatorFlags } from './emulator-flags.js';
import { readInteger } from './read-value.js';

/** The access token that everybody knows. */
const developmentToken = 'a/emulator';

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
  const id = applicationId === undefined ? 1234 : readInteger('--application-id', applicationId);
  if (accessTokenEnv === undefined) {
    return { application: { id, accessToken: developmentToken }, printableToken: developmentToken };
  }
  const accessToken = environment[accessTokenEnv];
  if (!accessToken) {
    throw new UsageError(
      '--access-token-env',
      `--access-token-env: the environment variable ${accessTokenEnv} is ${accessToken === '' ? 'empty' : 'not set'}. Give the name of one that holds the access token.`,
    );
  }
  return {
    application: { id, accessToken },
    printableToken: accessToken === developmentToken ? developmentToken : null,
  };
}
