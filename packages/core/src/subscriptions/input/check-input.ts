import type * as z from 'zod/mini';
import { findNearest } from '../../errors/find-nearest.js';
import { InvalidOptionError } from '../../errors/invalid-option-error.js';

/**
 * Checks what a caller gave.
 *
 * @param options.names - The names that there are, for finding the nearest.
 * @throws InvalidOptionError `option-unknown` or `option-invalid`, naming the option.
 */
export function checkInput<Shape extends z.ZodMiniType>(
  shape: Shape,
  input: unknown,
  { names, subject }: { readonly names: readonly string[]; readonly subject: string },
): z.output<Shape> {
  const { success, data, error } = shape.safeParse(input);
  if (success) return data;
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    const nearest = findNearest(name, names);
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    throw new InvalidOptionError(
      'option-unknown',
      name,
      `There is no option ${name} of ${subject}.${hint} The options are: ${names.join(', ')}.`,
    );
  }
  const option = String(issue?.path[0] ?? 'options');
  // Each part of a shape has what it must be as its message.
  const wanted = issue?.path.length === 0 ? 'an object' : issue?.message;
  throw new InvalidOptionError(
    'option-invalid',
    option,
    `${option} of ${subject} must be ${wanted}. ${describeInput(input, issue?.path ?? [])}`,
  );
}

/** Says of which kind the value is, and never what it is: it may be a secret. */
function describeInput(input: unknown, path: readonly PropertyKey[]): string {
  let value: unknown = input;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  if (value === undefined) return 'It is missing.';
  return `It is ${value === null || typeof value === 'number' ? String(value) : `another ${typeof value}`}.`;
}
