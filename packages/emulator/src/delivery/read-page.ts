import { z } from 'zod';
import { EmulatorError } from '../emulator-error.js';
import { explainIssue } from '../options/explain-issue.js';

/** Which part of the list of deliveries is wanted. */
export interface DeliveryPage {
  /** The id to begin below. Default above all. */
  before?: number | undefined;
  /** From 1 to 1,000. Default 100. */
  limit?: number | undefined;
}

const shape = z.strictObject({
  before: z.int().min(0).optional(),
  limit: z.int().min(1).max(1_000).default(100),
});

/**
 * Checks which deliveries are wanted, and fills in what is left out.
 *
 * @throws EmulatorError `input-invalid`, naming the field.
 */
export function readPage(page: DeliveryPage): z.output<typeof shape> {
  const { success, data, error } = shape.safeParse(page, { reportInput: true });
  if (success) return data;
  const { field, message } = explainIssue(error, () => shape.keyof().options);
  throw new EmulatorError('input-invalid', `${field || 'page'}: ${message}`, { field: field || 'page' });
}
