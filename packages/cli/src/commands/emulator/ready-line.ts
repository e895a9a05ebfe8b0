import type { Emulator, Subscription } from '@fic-webhooks/emulator';
import type { Wanted } from './read-flags.js';

/** What the ready line tells of. */
export interface ReadyLineOptions {
  readonly emulator: Emulator;
  readonly wanted: Wanted;
  readonly subscription: Subscription | undefined;
}

/**
 * The line of JSON that tells a script that the emulator is ready. `accessToken` is null for one that came from the
 * environment; `subscription` is absent while nothing listens at the sink.
 */
export function formatReadyLine({ emulator, wanted, subscription }: ReadyLineOptions): string {
  const { url, inspectorUrl, publicKey } = emulator;
  const { application, printableToken } = wanted;
  const ready = { url, inspectorUrl, publicKey, applicationId: application.id, accessToken: printableToken };
  return JSON.stringify({ ...ready, subscription });
}
