import { cleanText } from '../../receiver/clean-text.js';
import type { SubscriptionWarning } from '../subscription.js';

/** The two sentences that are known, wherever they stand. */
const known = /The '([^'\n]{1,300})' event (is already registered for this application|does not exist)\.?/g;

/**
 * Makes a list of the member `warnings` of an answer, which has been seen as a list, a text, null and absent.
 */
export function readWarnings(warnings: unknown): SubscriptionWarning[] {
  return collectTexts(warnings).flatMap((text) => {
    const found = [...text.matchAll(known)].map(
      ([message, type = '', problem]): SubscriptionWarning => ({
        kind: problem === 'does not exist' ? 'unknown-type' : 'already-registered',
        type: cleanText(type),
        message: cleanText(message),
      }),
    );
    const rest = text
      .replaceAll(known, '\n')
      .split('\n')
      .map((line) => cleanText(line).trim())
      .filter((line) => /[\p{L}\p{N}]/u.test(line));
    return [...found, ...rest.map((message): SubscriptionWarning => ({ kind: 'other', message }))];
  });
}

function collectTexts(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 4) return [];
  return Object.values(value)
    .slice(0, 1_000)
    .flatMap((one) => collectTexts(one, depth + 1));
}
