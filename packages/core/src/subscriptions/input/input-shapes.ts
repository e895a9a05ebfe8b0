import * as z from 'zod/mini';
import { longestTimer } from '../clock.js';

// The message of each part is what it must be: the small build of zod has no texts of its own.

const optional = z.optional;
const text = z.string('a text').check(z.minLength(1, 'a text that is not empty'));
const flag = z.boolean('true or false');
const mapping = z.enum(['binary', 'structured'], "'binary' or 'structured'");
const verificationMethod = z.enum(['header', 'query'], "'header' or 'query'");
const types = z.array(text, 'a list of texts').check(z.minLength(1, 'a list with at least one type'));

const signal = z.custom<AbortSignal>(
  (value) => typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value,
  'an AbortSignal',
);

/** Any function: what it takes and gives is the compiler's business. */
const callback = z.custom<(...parameters: never[]) => unknown>(
  (value) => typeof value === 'function',
  'a function',
);

/** Milliseconds. */
function duration(minimum: number): z.ZodMiniNumber {
  const message = `a number of milliseconds from ${minimum} to ${longestTimer}`;
  return z.number(message).check(z.gte(minimum, message), z.lte(longestTimer, message));
}

/** An interface with methods, such as a clock. */
function withMethods(names: readonly string[], message: string): z.ZodMiniCustom<object, object> {
  return z.custom<object>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      names.every((name) => typeof Reflect.get(value, name) === 'function'),
    message,
  );
}

const clock = withMethods(['now', 'sleep'], 'an object with now() and sleep()');

/** Options of `createSubscriptionsClient`. */
export const clientShape = z.strictObject({
  companyId: z
    .int('the id of a company: a positive whole number')
    .check(z.gte(1, 'the id of a company: a positive whole number')),
  accessToken: z.custom<string | object>(
    (value) => ['string', 'function'].includes(typeof value) || (typeof value === 'object' && value !== null),
    "the access token, a function that gives it, or the Configuration of Fatture in Cloud's SDK",
  ),
  baseUrl: optional(text),
  fetch: optional(callback),
  timeout: optional(duration(1)),
  retries: optional(
    z
      .int('a whole number from 0 to 20')
      .check(z.gte(0, 'a whole number from 0 to 20'), z.lte(20, 'a whole number from 0 to 20')),
  ),
  longestWait: optional(duration(0)),
  signal: optional(signal),
  onRetry: optional(callback),
  allowHttp: optional(flag),
  clock: optional(clock),
});

/** Options of `ensure`. The types are looked at later, against the catalogue. */
export const ensureShape = z.strictObject({
  sink: text,
  types,
  mapping: optional(mapping),
  verificationMethod: optional(verificationMethod),
  keepOtherTypes: optional(flag),
  moveSinkFrom: optional(text),
  takeOver: optional(flag),
  allowUnknownTypes: optional(flag),
  verifyWithin: optional(duration(0)),
  dryRun: optional(flag),
  signal: optional(signal),
});

/** Options of `keepSubscribed`. Those of `ensure` are looked at by `ensure`. */
export const keeperShape = z.strictObject({
  client: withMethods(['ensure'], 'a client made by createSubscriptionsClient'),
  ensure: z.custom<object>((value) => typeof value === 'object' && value !== null, 'the options of ensure'),
  every: optional(duration(1_000)),
  onAlert: optional(callback),
  onReport: optional(callback),
  signal: optional(signal),
  clock: optional(clock),
});

/** A new subscription. */
export const newSubscriptionShape = z.strictObject({
  sink: text,
  types,
  mapping: optional(mapping),
  verificationMethod: optional(verificationMethod),
});

/** A change of a subscription. */
export const changeShape = z.strictObject({
  sink: optional(text),
  types: optional(z.array(text, 'a list of texts')),
  mapping: optional(mapping),
  verificationMethod: optional(verificationMethod),
});

/** Options of a verify call. */
export const verifyShape = z.strictObject({
  verificationMethod: optional(verificationMethod),
  signal: optional(signal),
});
