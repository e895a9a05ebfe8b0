import type { Mapping, VerificationMethod } from '@fic-webhooks/core/subscriptions';
import { readTypes } from '../../input/read-types.js';
import { isLoopbackHost, readReceiverUrl } from '../../input/read-url.js';
import { readChoice } from '../../input/read-value.js';
import { requireFlag } from '../../input/require-flag.js';
import { UsageError } from '../../usage-error.js';
import type { WantedFlags } from './subscription-flags.js';

/** What a subscription shall be. */
export interface WantedSubscription {
  readonly sink: string;
  /** Short names, groups among them. */
  readonly types: readonly string[];
  readonly mapping: Mapping | undefined;
  readonly verificationMethod: VerificationMethod | undefined;
  readonly allowUnknownTypes: boolean;
}

/**
 * Reads what a subscription shall be.
 *
 * @throws UsageError
 */
export function readWanted(flags: WantedFlags): WantedSubscription {
  const { sink, types, mapping, verificationMethod, allowUnknownTypes = false } = flags;
  return {
    sink: readSink(requireFlag('--sink', sink, 'Give the URL of the receiver.')),
    types: readTypes(requireFlag('--types', types, "Give types, groups or patterns, such as 'entities.*'."), {
      allowUnknown: allowUnknownTypes,
      refuseDead: true,
    }),
    mapping: mapping === undefined ? undefined : readChoice('--mapping', mapping, ['binary', 'structured']),
    verificationMethod: readVerificationMethod(verificationMethod),
    allowUnknownTypes,
  };
}

/**
 * Reads how a sink is verified.
 *
 * @throws UsageError
 */
export function readVerificationMethod(text: string | undefined): VerificationMethod | undefined {
  return text === undefined ? undefined : readChoice('--verification-method', text, ['header', 'query']);
}

function readSink(text: string): string {
  const sink = readReceiverUrl('--sink', text);
  const { protocol, hostname } = new URL(sink);
  if (protocol === 'https:' || isLoopbackHost(hostname)) return sink;
  throw new UsageError('--sink', '--sink is plain HTTP, which Fatture in Cloud refuses. Give an HTTPS URL.');
}
