import { findNearest } from '@fic-webhooks/core/catalogue';
import type { z } from 'zod';
import { cutText } from '../cut-text.js';

/** What is wrong with something that was given, and where. */
export interface ExplainedIssue {
  /** The way to it, such as `behaviour.onTimeout`; empty when all of it is wrong. */
  readonly field: string;
  /** Sentences, with the nearest valid name where there is one. */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/**
 * Explains the worst thing that a check has found: a name that does not exist, because others may be missing for it, or
 * else the first.
 *
 * @param error - From `safeParse` with `reportInput: true`, so that the nearest valid value can be named.
 * @param namesAt - The names that exist at the place with this path.
 */
export function explainIssue(
  error: z.ZodError,
  namesAt: (path: readonly PropertyKey[]) => readonly string[],
): ExplainedIssue {
  const issue =
    error.issues.find(({ code }) => code === 'unrecognized_keys' || code === 'invalid_key') ??
    error.issues[0];
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
  return { field: joinPath(path), message: issue === undefined ? 'It is wrong.' : explainValue(issue) };
}

function explainName(
  unknown: string,
  path: readonly PropertyKey[],
  known: readonly string[],
): ExplainedIssue {
  const hint = suggest(unknown, known) || ` There are ${known.join(', ')}.`;
  return { field: joinPath([...path, unknown]), message: `There is no such name.${hint}` };
}

function explainValue(issue: Issue): string {
  if (issue.code === 'invalid_union') return explainUnion(issue.errors.flatMap(([first]) => first ?? []));
  // Not `String(input)`: that throws for an object which has a `toString` of its own.
  const isMistyped = issue.code === 'invalid_value' && typeof issue.input === 'string';
  return `${issue.message}.${isMistyped ? suggest(String(issue.input), issue.values.map(String)) : ''}`;
}

/** @param firsts - What each kind of value that is allowed says first against this one. */
function explainUnion(firsts: readonly Issue[]): string {
  // It is of one of the kinds, and wrong in another way.
  const closest = firsts.find(({ code }) => code !== 'invalid_type');
  if (closest !== undefined) return explainValue(closest);
  const kinds = firsts.flatMap((issue) => (issue.code === 'invalid_type' ? issue.expected : []));
  return `Invalid input: expected ${kinds.join(' or ')}.`;
}

function suggest(text: string, known: readonly string[]): string {
  const nearest = findNearest(cutText(text), known);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

function joinPath(path: readonly PropertyKey[]): string {
  return path.map((part) => cutText(String(part))).join('.');
}
