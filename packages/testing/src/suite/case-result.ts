/** What became of one case of a suite. */
export interface CaseResult {
  /** The stable name of the case, such as `token: none`. */
  readonly name: string;
  /** `skip`: something that the case needs was not given. */
  readonly result: 'pass' | 'fail' | 'skip';
  /** Why it failed or was skipped: what was expected, what was seen, and the likely cause. Empty for a pass. */
  readonly why: string;
}

/** Which cases to run: their names, or a function that says so. */
export type CaseSelection = readonly string[] | ((name: string) => boolean);
