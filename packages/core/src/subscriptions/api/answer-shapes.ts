import * as z from 'zod/mini';
import { cleanText } from '../../receiver/clean-text.js';
import type { Subscription, SubscriptionResult } from '../subscription.js';
import { readWarnings } from './read-warnings.js';

// Lenient: members that are not listed are dropped, and those that the SDK allows to be null may be.

const subscription = z.object({
  id: z.string(),
  sink: z.string(),
  verified: z.nullish(z.boolean()),
  types: z.nullish(z.array(z.string())),
  config: z.nullish(z.object({ mapping: z.nullish(z.string()) })),
});

/** The answer of a list call. */
export const listAnswer = z.object({ data: z.nullish(z.array(subscription)) });

/** The answer of a get call. */
export const getAnswer = z.object({ data: subscription });

/** The answer of a create or modify call. `warnings` has been seen as a list, a text, null and absent. */
export const changeAnswer = z.object({ data: subscription, warnings: z.optional(z.unknown()) });

/** The subscription as the rest of the package knows it. */
export function toSubscription({
  id,
  sink,
  verified,
  types,
  config,
}: z.infer<typeof subscription>): Subscription {
  return {
    id,
    sink,
    verified: verified === true,
    types: types ?? [],
    mapping: config?.mapping ?? 'binary',
  };
}

/** What a create or modify call came to. */
export function toResult({ data, warnings }: z.infer<typeof changeAnswer>): SubscriptionResult {
  return { subscription: toSubscription(data), warnings: readWarnings(warnings) };
}

const errorBody = z.object({
  error: z.object({
    message: z.nullish(z.string()),
    code: z.nullish(z.union([z.string(), z.number()])),
    validation_result: z.nullish(z.record(z.string(), z.unknown())),
  }),
});

const oauthErrorBody = z.object({ error: z.string(), error_description: z.nullish(z.string()) });

/** What an error answer says, as far as it can be read. Foreign texts are cleaned. */
export interface ErrorBody {
  readonly message?: string;
  readonly code?: string;
  readonly validationResult?: Readonly<Record<string, readonly string[]>>;
}

/** Reads the body of an error in either of the shapes of the service. Anything else, such as HTML, says nothing. */
export function readErrorBody(text: string): ErrorBody {
  const value = parseJson(text);
  const oauth = oauthErrorBody.safeParse(value);
  if (oauth.success) {
    const { error, error_description: description } = oauth.data;
    return { code: cleanText(error), ...(description != null && { message: cleanText(description) }) };
  }
  const { success, data } = errorBody.safeParse(value);
  if (!success) return {};
  const { message, code, validation_result: result } = data.error;
  return {
    ...(message != null && { message: cleanText(message) }),
    ...(code != null && { code: cleanText(String(code)) }),
    ...(result != null && { validationResult: cleanFields(result) }),
  };
}

/** Undefined for what is no JSON: no JSON text means that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cleanFields(result: Readonly<Record<string, unknown>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(result)
      .slice(0, 50)
      .map(([field, problems]) => {
        const list = Array.isArray(problems) ? problems.slice(0, 10) : [problems];
        return [cleanText(field), list.map((one) => cleanText(toText(one)))];
      }),
  );
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
