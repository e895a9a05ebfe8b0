import { UsageError } from '../usage-error.js';

/** Where a secret stands. */
export interface SecretSource {
  /** The flag that names the variable. */
  readonly flag: string;
  /** The name of the environment variable. */
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Reads a secret from the environment: on the command line others on the machine could read it.
 *
 * @throws UsageError, in which the secret does not stand.
 */
export function readSecret({ flag, name, environment }: SecretSource): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    throw new UsageError(
      flag,
      `${flag} is no name of an environment variable. Give the name of the one that holds the access token, never the token itself.`,
    );
  }
  const secret = environment[name];
  if (secret) return secret;
  throw new UsageError(
    flag,
    `${flag}: the environment variable ${name} is ${secret === '' ? 'empty' : 'not set'}. Put the access token into it, or give the name of one that holds it.`,
  );
}
