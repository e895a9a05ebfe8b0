import { resolve } from 'node:path';
import { findEventType } from '@fic-webhooks/core/catalogue';
import { defaultCompanyId, type Emulator } from '@fic-webhooks/emulator';
import { shortenType } from '../../input/read-types.js';
import type { Colors } from '../../output/output.js';
import { quote } from '../../output/quote.js';
import { describeFaults } from './describe-faults.js';
import { describeKept, findUsual } from './kept-subscriptions.js';
import type { Wanted } from './read-flags.js';

/** What the banner tells of. */
export interface BannerOptions {
  readonly emulator: Emulator;
  readonly wanted: Wanted;
  readonly version: string;
  readonly colors: Colors;
}

/** What a developer needs to know when the emulator is ready. */
export function formatBanner({ emulator, wanted, version, colors }: BannerOptions): string {
  const { bold, cyan, dim } = colors;
  const { application, printableToken, options } = wanted;
  const subscription = wanted.subscription ?? findUsual(emulator.subscriptions(), application.id);
  const sink = subscription?.sink ?? 'http://localhost:3000/webhooks/fic';
  const event = {
    companyId: subscription?.companyId ?? defaultCompanyId,
    type: chooseType(subscription?.types),
    ids: [1],
  };
  const rows = [
    ['Subscriptions API', cyan(emulator.url)],
    ['Inspector page', cyan(emulator.inspectorUrl)],
    ['Access token', printableToken ?? dim('as in the environment')],
    ['State', options.state === undefined ? 'in memory' : resolve(options.state)],
    ...describeKept(emulator.subscriptions()).map((text, index) => [index === 0 ? 'In it' : '', text]),
    ['Clock', options.clock === 'manual' ? 'manual: it stands until you advance it' : 'real'],
    ['Faults', describeFaults(emulator.faults())],
  ];
  return `
${bold('Fatture in Cloud, emulated')} ${dim(version)}

${rows.map(([name = '', value]) => `  ${name.padEnd(17)}  ${value}`).join('\n')}

${bold('Point your app at it:')}

export FIC_SINK=${quote(sink)}
export FIC_APPLICATION_ID=${application.id}
export FIC_PUBLIC_KEY=${Buffer.from(emulator.publicKey).toString('base64')}
${subscription === undefined ? `\n${bold('Subscribe it:')} start again with --sink ${sink}, or call the Subscriptions API.\n` : ''}
${bold('Let something happen:')}

curl ${emulator.inspectorUrl}events -H 'Content-Type: application/json' -d '${JSON.stringify(event)}'

${dim('Ctrl+C stops it.')}
`;
}

/** A type that the subscription gets: of a group the first one. */
function chooseType([first = 'entities.clients.create']: readonly string[] = []): string {
  return findEventType(first)?.members?.[0] ?? shortenType(first);
}
