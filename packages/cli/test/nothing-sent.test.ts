import { describe, expect, test } from 'vitest';
import { makeKey } from './support/make-folder.js';
import { runCli } from './support/start-cli.js';
import { startRecorder } from './support/start-server.js';

const secret = 'a/very-secret-token';
const type = 'entities.clients.create';

/** What each command line below is made of. Everything in it would work, and reach the recorder. */
interface Parts {
  readonly url: string;
  readonly key: string;
}

const api = ({ url }: Parts) => ['--company', '7', '--base-url', url];
const wanted = (parts: Parts) => [
  ...api(parts),
  '--sink',
  'https://example.com/fic',
  '--types',
  'products.create',
];

/** Each with what the message must say: the flag or argument, and the cure. */
const wrongUsage: [title: string, args: (parts: Parts) => string[], says: RegExp][] = [
  ['a command', () => ['trigger-event'], /unknown command 'trigger-event'/],
  ['a command with a typo', () => ['subscription'], /Did you mean subscriptions\?/],
  ['a command of subscriptions', (parts) => ['subscriptions', 'lst', ...api(parts)], /Did you mean list\?/],
  [
    'no command of subscriptions',
    () => ['subscriptions'],
    /Usage: fic-webhooks subscriptions|unknown option '--json'/,
  ],
  [
    'a flag',
    (parts) => ['subscriptions', 'list', '--compny', '7', '--base-url', parts.url],
    /Did you mean --company\?/,
  ],
  ['no company', (parts) => ['subscriptions', 'list', '--base-url', parts.url], /--company is missing/],
  ['no sink and no types', (parts) => ['subscriptions', 'ensure', ...api(parts)], /--sink is missing/],
  [
    'no types',
    (parts) => ['subscriptions', 'create', ...api(parts), '--sink', 'https://example.com/'],
    /--types is missing/,
  ],
  ['no sink for the doctor', (parts) => ['doctor', ...api(parts)], /--sink is missing/],
  ['a typo in --sink', (parts) => ['doctor', ...api(parts), '--snik', parts.url], /Did you mean --sink\?/],
  [
    'a company',
    (parts) => ['subscriptions', 'list', ...api(parts), '--company', 'acme'],
    /--company is "acme"/,
  ],
  [
    'company 0',
    (parts) => ['doctor', ...wanted(parts), '--company', '0'],
    /--company is 0\. It must be greater than 0/,
  ],
  [
    'a type',
    (parts) => ['subscriptions', 'ensure', ...wanted(parts), '--types', 'entities.client.create'],
    /--types: .*Did you mean "entities\.clients\.create"\?/,
  ],
  [
    'a group',
    (parts) => ['subscriptions', 'create', ...wanted(parts), 'entities.al.create'],
    /Did you mean "entities\.all\.create"\?/,
  ],
  ['a pattern', (parts) => ['doctor', ...wanted(parts), '--types', 'leads.*'], /"leads\.\*" matches no type/],
  [
    'a dead type',
    (parts) => ['subscriptions', 'ensure', ...wanted(parts), 'issued_documents.self_invoices.create'],
    /never sent.*self_supplier_invoices/,
  ],
  [
    'a mapping',
    (parts) => ['subscriptions', 'ensure', ...wanted(parts), '--mapping', 'binry'],
    /--mapping is "binry"\. Did you mean "binary"\?/,
  ],
  [
    'a method',
    (parts) => ['subscriptions', 'verify', 'SUB1', ...api(parts), '--verification-method', 'hedder'],
    /Did you mean "header"\?/,
  ],
  [
    'a span',
    (parts) => ['subscriptions', 'verify', 'SUB1', ...api(parts), '--verify-within', '5 parsecs'],
    /--verify-within is "5 parsecs"/,
  ],
  [
    'a sink',
    (parts) => ['subscriptions', 'create', ...api(parts), '--types', '*', '--sink', 'example.com'],
    /--sink is "example\.com"/,
  ],
  [
    'an HTTP sink',
    (parts) => ['subscriptions', 'create', ...api(parts), '--types', '*', '--sink', 'http://example.com/'],
    /--sink is plain HTTP/,
  ],
  [
    'a sink with #',
    (parts) => ['doctor', ...api(parts), '--sink', `${parts.url}/#top`],
    /--sink has a # in it/,
  ],
  ['an id', (parts) => ['subscriptions', 'get', '../8', ...api(parts)], /<id> is no id of a subscription/],
  [
    'no --yes',
    (parts) => ['subscriptions', 'delete', 'SUB1', ...api(parts)],
    /--yes is missing, so nothing was sent/,
  ],
  [
    'a base URL',
    (parts) => ['subscriptions', 'list', ...api(parts), '--base-url', 'fic'],
    /--base-url is no base URL/,
  ],
  [
    'a base URL that others can listen to',
    (parts) => ['subscriptions', 'list', ...api(parts), '--base-url', 'http://192.0.2.1'],
    /--base-url is plain HTTP on another machine/,
  ],
  [
    'a variable that is not set',
    (parts) => ['doctor', ...wanted(parts), '--access-token-env', 'NOT_SET'],
    /environment variable NOT_SET is not set/,
  ],
  [
    'a token as the variable',
    (parts) => ['subscriptions', 'list', ...api(parts), '--access-token-env', secret],
    /no name of an environment variable/,
  ],
  [
    'a refresh token',
    (parts) => ['subscriptions', 'list', ...api(parts), '--access-token-env', 'REFRESH'],
    /REFRESH holds a refresh token/,
  ],
  [
    'no token',
    (parts) => ['subscriptions', 'list', ...api(parts), '--access-token-env', 'RUBBISH'],
    /RUBBISH holds something else/,
  ],
  [
    'a token on the command line',
    (parts) => ['subscriptions', 'list', ...api(parts), `--access-token=${secret}`],
    /unknown option '--access-token'/,
  ],
  [
    'an event type',
    ({ url }) => ['trigger', 'entities.client.create', '--sink', url],
    /<type>: there is no .*Did you mean "entities\.clients\.create"\?/,
  ],
  [
    'an event type that is a group',
    ({ url }) => ['trigger', 'entities.all.create', '--sink', url],
    /is a group.*such as entities\.clients\.create/,
  ],
  ['no sink', () => ['trigger', type], /--sink is missing/],
  [
    'a mode',
    ({ url }) => ['trigger', type, '--sink', url, '--mode', 'structed'],
    /Did you mean "structured"\?/,
  ],
  [
    'an id that is none',
    ({ url }) => ['trigger', type, '--sink', url, '--ids', '1,b'],
    /--ids: "b" is no whole number/,
  ],
  [
    'a count',
    ({ url }) => ['trigger', type, '--sink', url, '--count', '10001'],
    /--count is 10001\. It must be at most 10000/,
  ],
  [
    'a key with --emulator',
    ({ url, key }) => ['trigger', type, '--emulator', url, '--private-key', key],
    /--private-key does nothing with --emulator/,
  ],
  [
    'two keys',
    ({ url, key }) => ['trigger', type, '--sink', url, '--private-key', key, '--save-key', `${key}2`],
    /Leave one out/,
  ],
  [
    'a remote emulator over HTTP',
    () => ['trigger', type, '--emulator', 'http://192.0.2.1:4010'],
    /--emulator is plain HTTP/,
  ],
  ['no URL', () => ['conformance'], /missing required argument 'url'/],
];

describe('wrong usage is named, exits with 2 and sends nothing', () => {
  test.each(wrongUsage.map(([title, args, says]) => ({ title, args, says })))(
    '$title',
    async ({ args, says }) => {
      const { url, requests } = await startRecorder();
      const key = await makeKey();
      const env = { FIC_ACCESS_TOKEN: secret, REFRESH: `r/${secret}`, RUBBISH: `${secret} \u00e8` };
      for (const json of [[], ['--json']]) {
        const { code, stdout, stderr } = await runCli([...args({ url, key: key.file }), ...json], { env });
        expect(stderr).toMatch(says);
        expect([code, stdout]).toEqual([2, '']);
        expect(stderr).not.toContain('very-secret');
        expect(stderr).not.toMatch(/^ +at /m);
      }
      expect(requests).toEqual([]);
    },
  );
});
