import { readDuration } from '../../input/read-duration.js';
import { type EventType, readEventType } from '../../input/read-event-type.js';
import { readIds } from '../../input/read-ids.js';
import { readReceiverUrl, readServiceUrl } from '../../input/read-url.js';
import { readChoice, readPositiveInteger } from '../../input/read-value.js';
import { UsageError } from '../../usage-error.js';
import type { TriggerFlags } from './trigger-command.js';

/** What is to happen. */
export interface WantedEvent {
  readonly type: EventType;
  readonly companyId: number | undefined;
  readonly ids: readonly (number | string)[] | undefined;
  readonly mode: 'binary' | 'structured' | undefined;
  readonly count: number;
  readonly unlisted: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Who sends it: this command to a URL, or an emulator. */
export type WantedWay =
  | {
      readonly by: 'command';
      readonly sink: string;
      readonly url: string;
      readonly applicationId: number | undefined;
    }
  | { readonly by: 'emulator'; readonly emulator: string };

/**
 * Reads what the event shall be.
 *
 * @throws UsageError
 */
export function readWantedEvent(text: string, flags: TriggerFlags): WantedEvent {
  const { company, ids, mode, count, unlisted = false, timeout } = flags;
  const type = readEventType(text, { allowUnlisted: unlisted });
  return {
    type,
    companyId: company === undefined ? undefined : readPositiveInteger('--company', company),
    ids: ids === undefined ? undefined : readIds(ids, type.name),
    mode: mode === undefined ? undefined : readChoice('--mode', mode, ['binary', 'structured']),
    count: count === undefined ? 1 : readPositiveInteger('--count', count, { maximum: 10_000 }),
    unlisted,
    timeout: timeout === undefined ? 10_000 : readDuration('--timeout', timeout),
  };
}

/**
 * Reads who shall send it.
 *
 * @throws UsageError
 */
export function readWantedWay(flags: TriggerFlags): WantedWay {
  const { sink, url, emulator, applicationId, privateKey, saveKey } = flags;
  if (emulator !== undefined) {
    const others = { '--sink': sink, '--url': url, '--application-id': applicationId };
    for (const [flag, value] of Object.entries({
      ...others,
      '--private-key': privateKey,
      '--save-key': saveKey,
    })) {
      if (value !== undefined) {
        throw new UsageError(
          flag,
          `${flag} does nothing with --emulator, which knows its subscribers and has a key of its own. Leave one out.`,
        );
      }
    }
    const base = readServiceUrl('--emulator', emulator);
    return { by: 'emulator', emulator: base.replace(/\/_emulator$/, '') };
  }
  const target = sink ?? url;
  if (target === undefined) {
    throw new UsageError(
      '--sink',
      '--sink is missing. Give the URL of your receiver, or --emulator <url> to let an emulator send the event.',
    );
  }
  if (privateKey !== undefined && saveKey !== undefined) {
    throw new UsageError(
      '--save-key',
      '--save-key makes a new key, and --private-key takes one that is there. Leave one out.',
    );
  }
  return {
    by: 'command',
    sink: sink === undefined ? readReceiverUrl('--url', target) : readReceiverUrl('--sink', target),
    url: url === undefined ? target : readReceiverUrl('--url', url),
    applicationId:
      applicationId === undefined ? undefined : readPositiveInteger('--application-id', applicationId),
  };
}
