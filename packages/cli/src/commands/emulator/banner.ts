import { resolve } from 'node:path';
import type { Emulator } from '@fic-webhooks/emulator';
import type { Colors } from '../../output/output.js';
import type { Wanted } from './read-flags.js';
import { usualCompany } from './read-subscription.js';

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
  const { application, printableToken, subscription, options } = wanted;
  const sink = subscription?.sink ?? 'http://localhost:3000/webhooks/fic';
  const event = {
    companyId: subscription?.companyId ?? usualCompany,
    type: subscription?.types.find((type) => !type.includes('.all.')) ?? 'entities.clients.create',
    ids: [1],
  };
  return `
${bold('Fatture in Cloud, emulated')} ${dim(version)}

  Subscriptions API  ${cyan(emulator.url)}
  Inspector page     ${cyan(emulator.inspectorUrl)}
  Access token       ${printableToken ?? dim('as in the environment')}
  State              ${options.state === undefined ? 'in memory' : resolve(options.state)}
  Clock              ${options.clock === 'manual' ? 'manual: it stands until you advance it' : 'real'}

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

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w:/.@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
