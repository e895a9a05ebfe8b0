/** One case of a suite. It passes when `run` resolves. */
export interface SuiteCase<C> {
  readonly name: string;
  /** Throws CaseFailure or CaseSkip; anything else thrown is a failure too. */
  readonly run: (context: C) => Promise<void>;
}

/** The subject did not do what it should. The message is the `why` of the result. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure';
}

/** Something that the case needs was not given. The message is the `why` of the result. */
export class CaseSkip extends Error {
  override readonly name = 'CaseSkip';
}
