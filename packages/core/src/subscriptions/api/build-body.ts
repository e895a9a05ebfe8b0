import type { SubscriptionChange } from '../subscription.js';
import { toFullType } from '../types/expand-types.js';

/** The body of a create or modify call. */
export interface ChangeBody {
  readonly data: {
    readonly sink?: string;
    readonly types?: readonly string[];
    readonly verification_method?: string;
    readonly config?: { readonly mapping: string };
  };
}

/** Makes the body of a create or modify call. What is not given stands nowhere in it: null could be taken for a value. */
export function buildBody({ sink, types, mapping, verificationMethod }: SubscriptionChange): ChangeBody {
  return {
    data: {
      ...(sink !== undefined && { sink }),
      ...(types !== undefined && { types: types.map(toFullType) }),
      ...(verificationMethod !== undefined && { verification_method: verificationMethod }),
      ...(mapping !== undefined && { config: { mapping } }),
    },
  };
}
