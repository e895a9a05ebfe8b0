import { quote } from '../../../output/quote.js';
import { type Check, ok, problem } from '../check.js';
import type { Situation } from './examine-subscriptions.js';

/** Whether the API has the sink to the letter: so it stands in every token, and nothing else fits. */
export function checkSinkString({ sink, existing, standing, settings }: Situation): Check {
  const id = 'sink-string';
  const [found] = standing;
  if (found !== undefined) return ok(id, `${found.id} has this sink, to the letter.`);
  const near = existing.find((one) => simplify(one.sink) === simplify(sink));
  if (near !== undefined) {
    return problem(
      id,
      `${near.id} has the sink ${near.sink}, which is not ${sink}: they differ ${describeDifference(near.sink, sink)}. The tokens name the former.`,
      `Give your receiver ${near.sink} as its sink, to the letter, and run this again with it.`,
    );
  }
  const others = existing.map((one) => `${one.id} ${one.sink}`).join(', ');
  return problem(
    id,
    `No subscription has this sink. ${existing.length === 0 ? 'There is none at all.' : `There are ${others}.`}`,
    `fic-webhooks subscriptions ensure --company ${settings.companyId} --sink ${quote(sink)} --types <types>`,
  );
}

/** What is left of a URL without all that people mix up. */
function simplify(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return text.toLowerCase();
  const host = url.hostname.replace(/^www\./, '');
  return `${host}${url.pathname.replace(/\/+$/, '')}`.toLowerCase();
}

function describeDifference(one: string, other: string): string {
  const differences = [
    ['in a slash at the end', trimSlashes(one) === trimSlashes(other)],
    ['in upper and lower case', one.toLowerCase() === other.toLowerCase()],
    ['in http and https', dropScheme(one) === dropScheme(other)],
    ['in www', one.replace('://www.', '://') === other.replace('://www.', '://')],
    ['in the query', dropQuery(one) === dropQuery(other)],
  ] as const;
  return differences.find(([, isIt]) => isIt)?.[0] ?? 'in more than one thing, or in the port';
}

function trimSlashes(text: string): string {
  return text.replace(/\/+$/, '');
}

function dropScheme(text: string): string {
  return text.replace(/^https?:/i, '');
}

function dropQuery(text: string): string {
  return text.split('?', 1)[0] ?? text;
}
