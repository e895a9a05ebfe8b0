import type { CaseResult } from './case-result.js';
import { CaseFailure, CaseSkip, type SuiteCase } from './suite-case.js';

/** Runs one case. Never rejects. */
export async function runCase<C>({ name, run }: SuiteCase<C>, context: C): Promise<CaseResult> {
  try {
    await run(context);
    return { name, result: 'pass', why: '' };
  } catch (error) {
    if (error instanceof CaseSkip) return { name, result: 'skip', why: error.message };
    if (error instanceof CaseFailure) return { name, result: 'fail', why: error.message };
    return { name, result: 'fail', why: `Something was thrown: ${describeError(error)}` };
  }
}

/** The name, code and message of whatever was thrown. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string'
    ? `${error.name} ${code}: ${error.message}`
    : `${error.name}: ${error.message}`;
}
