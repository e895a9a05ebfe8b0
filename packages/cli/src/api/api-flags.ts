import type { Command } from 'commander';

/** The flags of every command that calls the Subscriptions API, as written on the command line. */
export interface ApiFlags {
  readonly company?: string;
  readonly accessTokenEnv?: string;
  readonly baseUrl?: string;
  readonly timeout?: string;
  readonly json?: true;
}

/** Adds what every command needs that calls the Subscriptions API. */
export function addApiOptions(command: Command): Command {
  return command
    .option('--company <id>', 'the company that owns the data (required)')
    .option(
      '--access-token-env <name>',
      'the environment variable with the access token (default: FIC_ACCESS_TOKEN)',
    )
    .option('--base-url <url>', 'the API (default: https://api-v2.fattureincloud.it)')
    .option('--timeout <span>', 'how long to wait for an answer (default: 10s)')
    .option('--json', 'print one JSON document');
}
