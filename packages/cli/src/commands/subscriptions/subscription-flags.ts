import type { ApiFlags } from '../../api/api-flags.js';

/** The flags of what a subscription shall be, as written on the command line. */
export interface WantedFlags extends ApiFlags {
  readonly sink?: string;
  readonly types?: readonly string[];
  readonly mapping?: string;
  readonly verificationMethod?: string;
  readonly allowUnknownTypes?: true;
}

/** The flags of `fic-webhooks subscriptions ensure`. */
export interface EnsureFlags extends WantedFlags {
  readonly keepOtherTypes?: true;
  readonly takeOver?: true;
  readonly moveSinkFrom?: string;
  readonly verifyWithin?: string;
  readonly dryRun?: true;
}

/** The flags of `fic-webhooks subscriptions verify`. */
export interface VerifyFlags extends ApiFlags {
  readonly verificationMethod?: string;
  readonly verifyWithin?: string;
}

/** The flags of `fic-webhooks subscriptions delete`. */
export interface DeleteFlags extends ApiFlags {
  readonly yes?: true;
}
