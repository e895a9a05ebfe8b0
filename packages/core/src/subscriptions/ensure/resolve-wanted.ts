import { checkInput } from '../input/check-input.js';
import { checkSink } from '../input/check-url.js';
import { ensureShape } from '../input/input-shapes.js';
import type { Mapping, VerificationMethod } from '../subscription.js';
import { expandTypes } from '../types/expand-types.js';
import type { EnsureOptions } from './ensure-options.js';

/** What shall stand: checked, with every default in its place, and types that are single and full. */
export interface Wanted {
  readonly sink: string;
  readonly types: readonly string[];
  readonly mapping: Mapping | undefined;
  readonly verificationMethod: VerificationMethod | undefined;
  readonly keepOtherTypes: boolean;
  readonly moveSinkFrom: string | undefined;
  readonly takeOver: boolean;
}

/** The options of `ensure` as they are used. */
export interface ResolvedEnsureOptions {
  readonly wanted: Wanted;
  readonly verifyWithin: number;
  readonly dryRun: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Checks the options of `ensure`.
 *
 * @throws InvalidOptionError
 */
export function resolveEnsureOptions(
  options: EnsureOptions,
  { allowHttp }: { readonly allowHttp: boolean },
): ResolvedEnsureOptions {
  if (typeof options === 'object' && options !== null) checkSink(options.sink, { allowHttp });
  const checked = checkInput(ensureShape, options, {
    names: Object.keys(ensureShape.shape),
    subject: 'ensure',
  });
  const { allowUnknownTypes, verifyWithin = 30_000, dryRun = false, signal } = checked;
  return {
    wanted: {
      sink: checked.sink,
      types: expandTypes(checked.types, { allowUnknownTypes }),
      mapping: checked.mapping,
      verificationMethod: checked.verificationMethod,
      keepOtherTypes: checked.keepOtherTypes ?? false,
      moveSinkFrom: checked.moveSinkFrom,
      takeOver: checked.takeOver ?? false,
    },
    verifyWithin,
    dryRun,
    signal,
  };
}
