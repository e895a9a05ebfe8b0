import type { Subscription } from '@fic-webhooks/emulator';
import { cleanText } from '../../output/clean-text.js';

/** Lines about the subscriptions of a state. */
const maximumLines = 5;

/** What an emulator has from earlier runs: a line for each subscription. */
export function describeKept(subscriptions: readonly Subscription[]): string[] {
  const lines = subscriptions.slice(0, maximumLines).map(describe);
  const rest = subscriptions.length - lines.length;
  return rest === 0 ? lines : [...lines, `and ${rest} more`];
}

/** The subscription of an application that somebody means who names none. Undefined when there is none to copy from. */
export function findUsual(
  subscriptions: readonly Subscription[],
  applicationId: number,
): Subscription | undefined {
  return subscriptions.find((one) => one.applicationId === applicationId && cleanUrl(one.sink) === one.sink);
}

function describe({ id, applicationId, companyId, sink, verified }: Subscription): string {
  const state = verified ? '' : ', not verified';
  return `${id} of application ${applicationId} in company ${companyId}${state}: ${cleanUrl(sink)}`;
}

function cleanUrl(url: string): string {
  return cleanText(url, { maximumLength: 2_048 });
}
