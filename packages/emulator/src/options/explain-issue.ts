import { findNearest } from '@fic-webhooks/core/catalogue';
import type { z } from 'zod';

/** What is wrong with something that was given, and where. */
export interface ExplainedIssue {
  /** The way to it, such as `behaviour.onTimeout`; empty when all of it is wrong. */
  readonly field: string;
  /** Sentences, with the nearest valid name where there is one. */
  readonly message: string;
}

/**
 * Explains the first thing that a check has found.
 *
 * @param error - From `safeParse` with `reportInput: true`, so that the nearest valid value can be named.
 * @param namesAt - The names that exist at the place with this path.
 */
export function explainIssue(
  error: z.ZodError,
  namesAt: (path: readonly PropertyKey[]) => readonly string[],
): ExplainedIssue {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  if (issue?.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    return explainName(unknown, path, namesAt(path));
  }
  // A name that is wrong in a record whose names are listed.
  if (issue?.code === 'invalid_key') {
    const holder = path.slice(0, -1);
    return explainName(String(path.at(-1)), holder, namesAt(holder));
  }
  // Not `String(input)`: that throws for an object which has a `toString` of its own.
  const isMistyped = issue?.code === 'invalid_value' && typeof issue.input === 'string';
  const hint = isMistyped ? suggest(String(issue.input), issue.values.map(String)) : '';
  return { field: path.map(String).join('.'), message: `${issue?.message ?? 'It is wrong'}.${hint}` };
}

function explainName(
  unknown: string,
  path: readonly PropertyKey[],
  known: readonly string[],
): ExplainedIssue {
  const field = [...path, unknown].map(String).join('.');
  const hint = suggest(unknown, known) || ` There are ${known.join(', ')}.`;
  return { field, message: `There is no such name.${hint}` };
}

function suggest(text: string, known: readonly string[]): string {
  const nearest = findNearest(text, known);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}
