import type { z } from 'zod';
import { explainIssue } from '../options/explain-issue.js';
import { ControlError } from './control-error.js';

/**
 * Checks what came in a body or in the query.
 *
 * @throws ControlError 400 `input-invalid`, naming the field.
 */
export function readInput<Shape extends z.ZodObject>(shape: Shape, input: unknown): z.output<Shape> {
  const { success, data, error } = shape.safeParse(input, { reportInput: true });
  if (success) return data;
  const { field, message } = explainIssue(error, () => Object.keys(shape.shape));
  const name = field || 'body';
  throw new ControlError({
    status: 400,
    code: 'input-invalid',
    message: `${name}: ${message}`,
    field: name,
  });
}
