import type { ProgramOptions } from '../../program.js';
import { UsageError } from '../../usage-error.js';
import type { InboxFlags } from './inbox-flags.js';

/** Which inbox is meant. */
export type InboxPlace =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'redis' | 'postgres';
      /** Never to be printed: it may hold a password. */
      readonly url: string;
      readonly options: { readonly queue?: string; readonly prefix?: string; readonly schema?: string };
    };

const variable = 'FIC_INBOX_URL';
const protocols = { redis: /^rediss?:$/, postgres: /^postgres(?:ql)?:$/ } as const;
const examples = { redis: 'redis://localhost:6379', postgres: 'postgres://localhost:5432/app' } as const;

/** What only means something for some inboxes. */
const belongs = {
  queue: ['redis', 'postgres'],
  prefix: ['redis'],
  schema: ['postgres'],
} as const;

/**
 * Reads which inbox is meant, from a flag or else from the environment.
 *
 * @throws UsageError, in which no password stands.
 */
export function readInboxPlace(flags: InboxFlags, environment: ProgramOptions['environment']): InboxPlace {
  const given = (['sqlite', 'redis', 'postgres'] as const).filter((name) => flags[name] !== undefined);
  const [kind, second] = given;
  if (second !== undefined) {
    throw new UsageError(
      `--${second}`,
      `--${kind} and --${second} are both given. An inbox is in one place: give one of them.`,
    );
  }
  if (kind === undefined) return readEnvironment(flags, environment);
  const text = flags[kind] ?? '';
  if (kind === 'sqlite') {
    if (text === '') throw new UsageError('--sqlite', '--sqlite is empty. Give the file of the inbox.');
    checkBelonging(flags, 'sqlite');
    return { kind, file: text };
  }
  const url = readUrl(`--${kind}`, text, kind);
  if (url.password !== '' || url.searchParams.has('password')) {
    throw new UsageError(
      `--${kind}`,
      `--${kind} has a password, which others on this machine can read there. Put the URL into the environment variable ${variable}, and leave --${kind} out.`,
    );
  }
  return queuePlace(flags, kind, text);
}

function readEnvironment(flags: InboxFlags, environment: ProgramOptions['environment']): InboxPlace {
  const text = environment[variable];
  if (!text) {
    throw new UsageError(
      '--sqlite',
      `No inbox is named. Give --sqlite with a file, --redis or --postgres with a URL, or a URL in the environment variable ${variable}.`,
    );
  }
  const kind = /^postgres(?:ql)?:/.test(text) ? 'postgres' : 'redis';
  readUrl(variable, text, kind);
  return queuePlace(flags, kind, text);
}

function queuePlace(flags: InboxFlags, kind: 'redis' | 'postgres', url: string): InboxPlace {
  checkBelonging(flags, kind);
  const { queue, prefix, schema } = flags;
  return {
    kind,
    url,
    options: {
      ...(queue !== undefined && { queue }),
      ...(prefix !== undefined && { prefix }),
      ...(schema !== undefined && { schema }),
    },
  };
}

/** The text does not stand in the message: it may hold a password. */
function readUrl(flag: string, text: string, kind: 'redis' | 'postgres'): URL {
  if (URL.canParse(text)) {
    const url = new URL(text);
    if (protocols[kind].test(url.protocol)) return url;
  }
  throw new UsageError(
    flag,
    `${flag} is no ${kind === 'redis' ? 'redis:// or rediss://' : 'postgres://'} URL. Write it like ${examples[kind]}; special characters in a password must be percent-encoded.`,
  );
}

function checkBelonging(flags: InboxFlags, kind: InboxPlace['kind']): void {
  for (const [name, kinds] of Object.entries(belongs) as [keyof typeof belongs, readonly string[]][]) {
    if (flags[name] === undefined || kinds.includes(kind)) continue;
    const wanted = kinds.map((one) => `--${one}`).join(' or ');
    throw new UsageError(`--${name}`, `--${name} does nothing without ${wanted}.`);
  }
}
