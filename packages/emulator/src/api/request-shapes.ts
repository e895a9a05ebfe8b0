import { z } from 'zod';
import { invalidFields } from '../subscriptions/api-refusal.js';

const verificationMethod = z.enum(['header', 'query']).nullish();
const config = z.object({ mapping: z.enum(['binary', 'structured']).nullish() }).nullish();
const sink = z.string();
// Counted before the entries are looked at: a list of a million mistakes shall not make a million messages.
const types = z.array(z.unknown()).max(1_000).pipe(z.array(z.string()));

/** The body of a create call. Members that are not listed are ignored, `protocol` and `id` among them. */
export const createShape = z.object({
  data: z.object({
    sink,
    types: types.refine((list) => list.length > 0, 'There must be at least one type'),
    verification_method: verificationMethod,
    config,
  }),
});

/** The body of a modify call. */
export const modifyShape = z.object({
  data: z.object({
    sink: sink.nullish(),
    types: types.nullish(),
    verification_method: verificationMethod,
    config,
  }),
});

/** The body of a verify call, which may be left out. */
export const verifyShape = z
  .object({ data: z.object({ verification_method: verificationMethod }).nullish() })
  .nullish();

/**
 * Checks the body of a call.
 *
 * @throws ApiRefusal 422, naming each field, such as `data.sink`.
 */
export function readBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  const { success, data, error } = shape.safeParse(body);
  if (success) return data;
  const problems: Record<string, string[]> = {};
  for (const { path, message } of error.issues) {
    const field = path.join('.') || 'data';
    problems[field] = [...(problems[field] ?? []), `${message}.`];
  }
  throw invalidFields(problems);
}
